namespace Melody.Audio;

/// <summary>
/// The checksums of FLAC (RFC 9639, sections 9.1.8 and 9.3): CRC-8 with x^8 + x^2 + x + 1, CRC-16 with x^16 + x^15 + x^2 + 1.
/// </summary>
internal static class FlacCrc
{
    private static readonly byte[] Table8 = [.. Enumerable.Range(0, 256).Select(i => (byte)Remainder(i, 8, 0x07))];
    private static readonly ushort[] Table16 = [.. Enumerable.Range(0, 256).Select(i => (ushort)Remainder(i, 16, 0x8005))];

    /// <summary>Of a frame's header.</summary>
    public static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0;
        foreach (byte value in bytes)
            crc = Table8[crc ^ value];
        return crc;
    }

    /// <summary>Of a frame.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (byte value in bytes)
            crc = (ushort)(crc << 8 ^ Table16[crc >> 8 ^ value]);
        return crc;
    }

    private static int Remainder(int value, int bits, int polynomial)
    {
        int crc = value << (bits - 8);
        for (int i = 0; i < 8; i++)
            crc = (crc & 1 << (bits - 1)) != 0 ? crc << 1 ^ polynomial : crc << 1;
        return crc & (1 << bits) - 1;
    }
}
