namespace Melody.Audio;

/// <summary>The checksum of Ogg pages (RFC 3533, section 6): CRC-32 with the polynomial 04c11db7, not reflected, from zero.</summary>
internal static class OggCrc
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>Continues a checksum.</summary>
    public static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            crc = crc << 8 ^ Table[crc >> 24 ^ value];
        return crc;
    }

    private static uint Entry(int index)
    {
        uint crc = (uint)index << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x80000000) != 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
        return crc;
    }
}
