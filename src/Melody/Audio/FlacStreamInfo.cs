namespace Melody.Audio;

/// <summary>What the STREAMINFO block says (RFC 9639, section 8.2).</summary>
/// <param name="SampleRate">Hz.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="Bits">Of a sample, 4 to 32.</param>
/// <param name="Samples">In a channel; 0 when the encoder did not know.</param>
/// <param name="LongestBlock">Samples of a channel in a frame at most.</param>
internal sealed record FlacStreamInfo(int SampleRate, int Channels, int Bits, long Samples, int LongestBlock)
{
    /// <summary>Length of the block, bytes.</summary>
    public const int Length = 34;

    /// <summary>Reads the 34 bytes of the block.</summary>
    /// <exception cref="InvalidDataException">They say what cannot be.</exception>
    public static FlacStreamInfo Parse(ReadOnlySpan<byte> block)
    {
        int longest = block[2] << 8 | block[3],
            rate = block[10] << 12 | block[11] << 4 | block[12] >> 4,
            channels = (block[12] >> 1 & 7) + 1,
            bits = ((block[12] & 1) << 4 | block[13] >> 4) + 1;
        long samples = (long)(block[13] & 15) << 32 | (uint)(block[14] << 24 | block[15] << 16 | block[16] << 8 | block[17]);
        if (rate is < AudioClip.MinimumSampleRate or > AudioClip.MaximumSampleRate)
            throw new InvalidDataException($"it says that its rate is {rate} Hz");
        if (bits < 4)
            throw new InvalidDataException($"it says that a sample has {bits} bits");
        return new(rate, channels, bits, samples, longest == 0 ? ushort.MaxValue : longest);
    }
}
