namespace Melody.Studio.Songs;

/// <summary>
/// The outline of a sound: the lowest and highest sample of each of a fixed number of equal stretches, in steps of 1/127.
/// </summary>
internal static class Peaks
{
    /// <summary>Stretches of a song.</summary>
    public const int Count = 2000;

    /// <summary>The outline; two signed bytes a stretch, lowest and highest.</summary>
    /// <param name="samples">Interleaved samples.</param>
    /// <param name="channels">Samples of a frame.</param>
    public static byte[] Of(ReadOnlySpan<float> samples, int channels = 1)
    {
        int frames = samples.Length / channels;
        var builder = new PeakBuilder(frames, channels);
        builder.Add(samples);
        return builder.Bytes;
    }

    /// <summary>An outline with fewer stretches, as numbers from -1 to 1: lowest, highest, lowest, highest ...</summary>
    /// <param name="peaks">What <see cref="Of"/> gave.</param>
    /// <param name="points">Stretches, 1 to <see cref="Count"/>.</param>
    public static double[] Reduce(ReadOnlySpan<byte> peaks, int points)
    {
        int count = peaks.Length / 2;
        points = Math.Clamp(points, 1, Math.Max(count, 1));
        var reduced = new double[2 * points];
        for (int point = 0; point < points && count > 0; point++)
        {
            int first = (int)((long)point * count / points),
                end = Math.Max(first + 1, (int)((long)(point + 1) * count / points));
            int low = sbyte.MaxValue,
                high = sbyte.MinValue;
            for (int i = first; i < end; i++)
                (low, high) = (Math.Min(low, (sbyte)peaks[2 * i]), Math.Max(high, (sbyte)peaks[2 * i + 1]));
            (reduced[2 * point], reduced[2 * point + 1]) = (Math.Round(low / 127.0, 3), Math.Round(high / 127.0, 3));
        }
        return reduced;
    }
}

/// <summary>Collects <see cref="Peaks"/> block by block.</summary>
/// <param name="frames">Frames that will come.</param>
/// <param name="channels">Samples of a frame.</param>
internal sealed class PeakBuilder(long frames, int channels)
{
    private long _frame;

    /// <summary>The outline so far.</summary>
    public byte[] Bytes { get; } = new byte[2 * (int)Math.Min(Peaks.Count, frames)];

    /// <summary>Takes whole frames.</summary>
    public void Add(ReadOnlySpan<float> interleaved)
    {
        int count = Bytes.Length / 2;
        for (int i = 0; i < interleaved.Length; i++)
        {
            int at = (int)Math.Min((_frame + i / channels) * count / Math.Max(frames, 1), count - 1);
            if (at < 0)
                return;
            int value = (int)Math.Round(Math.Clamp(interleaved[i], -1f, 1f) * 127);
            if (value < (sbyte)Bytes[2 * at])
                Bytes[2 * at] = unchecked((byte)(sbyte)value);
            if (value > (sbyte)Bytes[2 * at + 1])
                Bytes[2 * at + 1] = unchecked((byte)(sbyte)value);
        }
        _frame += interleaved.Length / channels;
    }
}
