namespace Melody.Audio;

/// <summary>Finds the frame that holds a sample by bisection, for FLAC streams that can seek.</summary>
internal static class FlacSeek
{
    private const int SearchBytes = 1 << 16;

    /// <summary>A frame at or before <paramref name="sample"/>, and its first sample.</summary>
    /// <param name="stream">The stream; it is left anywhere.</param>
    /// <param name="info">What its frames have to agree with.</param>
    /// <param name="start">Place of the first frame.</param>
    /// <param name="sample">The sample that is looked for.</param>
    public static (long Position, long Sample) Find(Stream stream, FlacStreamInfo info, long start, long sample)
    {
        (long Position, long Sample) best = (start, 0);
        if (!stream.CanSeek)
            throw new InvalidOperationException("The stream cannot seek.");
        long low = start,
            high = stream.Length;
        var buffer = new byte[SearchBytes];
        while (high - low > SearchBytes)
        {
            long middle = low + (high - low) / 2;
            if (FirstFrame(stream, info, middle, Math.Min(high, middle + SearchBytes), buffer) is not { } found || found.Sample > sample)
                high = middle;
            else
                (low, best) = (found.Position, found.Sample >= best.Sample ? found : best);
        }
        return best;
    }

    private static (long Position, long Sample)? FirstFrame(Stream stream, FlacStreamInfo info, long from, long to, byte[] buffer)
    {
        stream.Position = from;
        var bytes = buffer.AsSpan(0, stream.ReadAtLeast(buffer.AsSpan(0, (int)(to - from)), (int)(to - from), throwOnEndOfStream: false));
        for (int at = 0; at + FlacFrameHeader.LongestLength <= bytes.Length; at++)
        {
            int sync = bytes[at..].IndexOf((byte)0xFF);
            if (sync < 0)
                return null;
            at += sync;
            if (
                FlacFrameHeader.Parse(bytes[at..Math.Min(at + FlacFrameHeader.LongestLength, bytes.Length)], out _) is { } header
                && header.Channels == info.Channels
                && (header.SampleRate ?? info.SampleRate) == info.SampleRate
                && (header.Bits ?? info.Bits) == info.Bits
                && header.BlockSize <= info.LongestBlock
            )
                return (from + at, header.VariableBlocks ? header.Number : header.Number * info.LongestBlock);
        }
        return null;
    }
}
