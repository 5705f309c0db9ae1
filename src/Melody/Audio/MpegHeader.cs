namespace Melody.Audio;

/// <summary>
/// The four bytes at the start of each frame of MPEG audio (ISO/IEC 11172-3 and 13818-3, section 2.4.1.3; MPEG 2.5 as it is in use).
/// </summary>
/// <param name="Bits">The bytes as a number.</param>
internal readonly record struct MpegHeader(uint Bits)
{
    private static readonly int[][] KilobitsMpeg1 =
    [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ];
    private static readonly int[][] KilobitsMpeg2 =
    [
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    private static readonly int[] Rates = [44100, 48000, 32000];

    /// <summary>Length of the header itself, bytes.</summary>
    public const int Length = 4;

    /// <summary>3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5.</summary>
    public int VersionCode => (int)(Bits >> 19 & 3);

    /// <summary>1 to 3.</summary>
    public int Layer => 4 - (int)(Bits >> 17 & 3);

    /// <summary>Whether two bytes of checksum follow.</summary>
    public bool HasCrc => (Bits >> 16 & 1) == 0;

    /// <summary>0 for free format, which cannot be read.</summary>
    public int BitRateCode => (int)(Bits >> 12 & 15);

    /// <summary>Bits a second.</summary>
    public int BitRate => (VersionCode == 3 ? KilobitsMpeg1 : KilobitsMpeg2)[Layer - 1][BitRateCode - 1] * 1000;

    /// <summary>Index of the rate.</summary>
    public int RateCode => (int)(Bits >> 10 & 3);

    /// <summary>Hz.</summary>
    public int SampleRate =>
        Rates[RateCode]
        >> (
            VersionCode switch
            {
                3 => 0,
                2 => 1,
                _ => 2,
            }
        );

    /// <summary>0 stereo, 1 joint stereo, 2 two voices, 3 mono.</summary>
    public int Mode => (int)(Bits >> 6 & 3);

    /// <summary>How joint stereo is joined.</summary>
    public int ModeExtension => (int)(Bits >> 4 & 3);

    /// <summary>1 or 2.</summary>
    public int Channels => Mode == 3 ? 1 : 2;

    /// <summary>Samples of a channel in the frame.</summary>
    public int Samples =>
        Layer == 1 ? 384
        : Layer == 3 && VersionCode != 3 ? 576
        : 1152;

    /// <summary>The whole frame, bytes.</summary>
    public int FrameLength
    {
        get
        {
            int padding = (int)(Bits >> 9 & 1);
            return Layer == 1 ? (12 * BitRate / SampleRate + padding) * 4 : Samples / 8 * BitRate / SampleRate + padding;
        }
    }

    /// <summary>Bytes between header (and checksum) and main data in Layer III.</summary>
    public int SideInfoLength => VersionCode == 3 ? (Channels == 1 ? 17 : 32) : (Channels == 1 ? 9 : 17);

    /// <summary>Whether a frame may follow one with that header in the same stream.</summary>
    public bool Continues(MpegHeader other) =>
        VersionCode == other.VersionCode && Layer == other.Layer && RateCode == other.RateCode && Channels == other.Channels;

    /// <summary>Reads a header; null when the bytes are none.</summary>
    public static MpegHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
            return null;
        var header = new MpegHeader((uint)(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]));
        bool possible =
            header.VersionCode != 1
            && header.Layer != 4
            && header.BitRateCode is > 0 and < 15
            && header.RateCode != 3
            && (header.Bits & 3) != 2; // reserved emphasis
        return possible ? header : null;
    }
}
