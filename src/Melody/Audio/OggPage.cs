using System.Buffers.Binary;

namespace Melody.Audio;

/// <summary>One page of an Ogg file (RFC 3533, section 6).</summary>
/// <param name="Position">Where it lies.</param>
/// <param name="Serial">Of the logical stream that it belongs to.</param>
/// <param name="Number">Counts the pages of that stream.</param>
/// <param name="Flags">1: continues a packet, 2: first, 4: last page of the stream.</param>
/// <param name="Granule">Position of the end of the last packet that ends here; -1 when none does.</param>
/// <param name="Segments">Lengths of the pieces of packets; below 255 a packet ends.</param>
/// <param name="Body">The pieces; empty when they were not read.</param>
internal sealed record OggPage(long Position, uint Serial, uint Number, int Flags, long Granule, byte[] Segments, byte[] Body)
{
    private const int HeaderLength = 27;

    /// <summary>Whether the page continues a packet.</summary>
    public bool Continues => (Flags & 1) != 0;

    /// <summary>Whether a logical stream starts here.</summary>
    public bool IsFirst => (Flags & 2) != 0;

    /// <summary>Whether the logical stream ends here.</summary>
    public bool IsLast => (Flags & 4) != 0;

    /// <summary>Whether a packet ends here.</summary>
    public bool EndsPacket => Array.Exists(Segments, s => s < 255);

    /// <summary>Reads the page at the stream's place; null at the end of the file, and when it ends within the page.</summary>
    /// <param name="stream">It can seek.</param>
    /// <param name="withBody">False passes over the body unread and unchecked.</param>
    /// <exception cref="InvalidDataException">There is something else, or the page is damaged.</exception>
    public static OggPage? Read(Stream stream, bool withBody)
    {
        long position = stream.Position;
        Span<byte> header = stackalloc byte[HeaderLength];
        int got = stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (got == 0)
            return null;
        if (!header[..Math.Min(got, 4)].SequenceEqual("OggS"u8[..Math.Min(got, 4)]) || got > 4 && header[4] != 0)
            throw new InvalidDataException($"no Ogg page at byte {position}");
        if (got < HeaderLength)
            return null;
        var segments = new byte[header[26]];
        if (stream.ReadAtLeast(segments, segments.Length, throwOnEndOfStream: false) < segments.Length)
            return null;
        int length = segments.Sum(s => s);
        byte[] body = [];
        bool first = (header[5] & 2) != 0;
        if (withBody || first)
        {
            body = new byte[length];
            if (stream.ReadAtLeast(body, length, throwOnEndOfStream: false) < length)
                return null;
            uint wanted = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
            header[22..26].Clear();
            if (OggCrc.Update(OggCrc.Update(OggCrc.Update(0, header), segments), body) != wanted)
                throw new InvalidDataException($"the checksum of the page at byte {position} is wrong");
        }
        else if (stream.Position + length > stream.Length)
            return null;
        else
            stream.Position += length;
        return new(
            position,
            BinaryPrimitives.ReadUInt32LittleEndian(header[14..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[18..]),
            header[5],
            BinaryPrimitives.ReadInt64LittleEndian(header[6..]),
            segments,
            body
        );
    }

    /// <summary>Writes the page with its checksum.</summary>
    public void Write(Stream stream)
    {
        var header = new byte[HeaderLength + Segments.Length];
        "OggS"u8.CopyTo(header);
        header[5] = (byte)Flags;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(6), Granule);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(14), Serial);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(18), Number);
        header[26] = (byte)Segments.Length;
        Segments.CopyTo(header.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(22), OggCrc.Update(OggCrc.Update(0, header), Body));
        stream.Write(header);
        stream.Write(Body);
    }
}
