using System.Buffers.Binary;
using System.IO.Compression;

namespace Melody.Evaluation.Reports;

/// <summary>A picture of at most 256 colours as a PNG file (ISO/IEC 15948): header, palette, deflated rows, end.</summary>
internal static class PngImage
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] Table =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(n =>
            {
                uint c = (uint)n;
                for (int bit = 0; bit < 8; bit++)
                    c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
                return c;
            }),
    ];

    /// <summary>The bytes of the file.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="pixels">Numbers of colours, row by row from the top.</param>
    /// <param name="palette">Colours, at most 256.</param>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels, IReadOnlyList<(byte Red, byte Green, byte Blue)> palette)
    {
        if (width < 1 || height < 1 || pixels.Length != width * height)
            throw new ArgumentException("A picture needs width times height pixels.", nameof(pixels));
        var file = new MemoryStream();
        file.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3); // eight bits, palette
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "PLTE"u8, [.. palette.SelectMany(c => new[] { c.Red, c.Green, c.Blue })]);
        var rows = new MemoryStream();
        using (var deflate = new ZLibStream(rows, CompressionLevel.SmallestSize, leaveOpen: true))
            for (int y = 0; y < height; y++)
            {
                deflate.WriteByte(0); // no filter
                deflate.Write(pixels.Slice(y * width, width));
            }
        Chunk(file, "IDAT"u8, rows.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        uint sum = ~0u;
        foreach (byte value in type)
            sum = Table[(sum ^ value) & 0xFF] ^ sum >> 8;
        foreach (byte value in data)
            sum = Table[(sum ^ value) & 0xFF] ^ sum >> 8;
        BinaryPrimitives.WriteUInt32BigEndian(number, ~sum);
        file.Write(number);
    }
}
