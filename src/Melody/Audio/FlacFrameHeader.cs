namespace Melody.Audio;

/// <summary>The header of a frame (RFC 9639, section 9.1).</summary>
/// <param name="BlockSize">Samples in a channel, 1 to 65,536.</param>
/// <param name="SampleRate">Hz; null when STREAMINFO has it.</param>
/// <param name="Assignment">0 to 7: independent channels, 1 to 8; 8 left and side, 9 side and right, 10 middle and side.</param>
/// <param name="Bits">Of a sample; null when STREAMINFO has it.</param>
/// <param name="VariableBlocks">Whether <paramref name="Number"/> counts samples, not frames.</param>
/// <param name="Number">Of the frame or of its first sample.</param>
internal readonly record struct FlacFrameHeader(int BlockSize, int? SampleRate, int Assignment, int? Bits, bool VariableBlocks, long Number)
{
    /// <summary>The longest header, bytes.</summary>
    public const int LongestLength = 16;

    private static readonly int[] Rates = [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000];
    private static readonly int[] Depths = [0, 8, 12, 0, 16, 20, 24, 32];

    /// <summary>Number of channels.</summary>
    public int Channels => Assignment < 8 ? Assignment + 1 : 2;

    /// <summary>Reads a header at the start of <paramref name="bytes"/>; null when there is none, or its checksum is wrong.</summary>
    /// <param name="bytes">At least as many as the header has, or all that there are.</param>
    /// <param name="length">Of the header with its checksum, bytes.</param>
    public static FlacFrameHeader? Parse(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 6 || bytes[0] != 0xFF || (bytes[1] & 0xFE) != 0xF8 || (bytes[3] & 1) != 0)
            return null;
        int blockCode = bytes[2] >> 4,
            rateCode = bytes[2] & 15,
            assignment = bytes[3] >> 4,
            depthCode = bytes[3] >> 1 & 7;
        if (blockCode == 0 || rateCode == 15 || assignment > 10 || depthCode == 3)
            return null;
        int at = 4;
        if (CodedNumber(bytes, ref at) is not { } number)
            return null;
        int blockBytes = blockCode is 6 or 7 ? blockCode - 5 : 0,
            rateBytes = rateCode switch
            {
                12 => 1,
                13 or 14 => 2,
                _ => 0,
            };
        if (at + blockBytes + rateBytes + 1 > bytes.Length)
            return null;
        int block = blockCode switch
        {
            1 => 192,
            <= 5 => 144 << blockCode,
            6 => bytes[at] + 1,
            7 => (bytes[at] << 8 | bytes[at + 1]) + 1,
            _ => 1 << blockCode,
        };
        at += blockBytes;
        int? rate = rateCode switch
        {
            0 => null,
            12 => bytes[at] * 1000,
            13 => bytes[at] << 8 | bytes[at + 1],
            14 => (bytes[at] << 8 | bytes[at + 1]) * 10,
            _ => Rates[rateCode],
        };
        at += rateBytes;
        if (FlacCrc.Crc8(bytes[..at]) != bytes[at])
            return null;
        length = at + 1;
        return new(block, rate, assignment, depthCode == 0 ? null : Depths[depthCode], (bytes[1] & 1) != 0, number);
    }

    /// <summary>The code of a rate in a header; 0 when only STREAMINFO can say it.</summary>
    public static int RateCode(int rate) => Math.Max(Array.IndexOf(Rates, rate), 0);

    // Up to 36 bits, coded like a character in UTF-8.
    private static long? CodedNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        int first = bytes[at++],
            more = 0;
        while (more < 8 && (first & 0x80 >> more) != 0)
            more++;
        if (more == 0)
            return first;
        if (more is 1 or 8 || at + more - 1 > bytes.Length)
            return null;
        long number = first & 0x7F >> more;
        for (int i = 1; i < more; i++)
        {
            if ((bytes[at] & 0xC0) != 0x80)
                return null;
            number = number << 6 | (uint)(bytes[at++] & 0x3F);
        }
        return number;
    }
}
