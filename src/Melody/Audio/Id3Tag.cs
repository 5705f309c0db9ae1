using System.Buffers.Binary;
using System.Text;

namespace Melody.Audio;

/// <summary>
/// The ID3 tag in front of an MP3 file (id3.org): read in the versions 2.2 to 2.4, written as 2.4.0 with TIT2, TSSE and COMM
/// frames in UTF-8. libsndfile writes such tags too, but in Latin-1 only and with the encoder's name for the software.
/// </summary>
internal static class Id3Tag
{
    private const int HeaderLength = 10,
        LongestText = 1 << 22;

    /// <summary>The whole tag; empty when there is nothing to say.</summary>
    public static byte[] Create(AudioMetadata metadata)
    {
        byte[] frames = [.. Frame("TIT2", metadata.Title), .. Frame("TSSE", metadata.Software), .. Frame("COMM", metadata.Recipe)];
        return frames.Length == 0 ? [] : [.. "ID3"u8, 4, 0, 0, .. Size(frames.Length), .. frames];
    }

    /// <summary>Bytes of the tags at the start of a stream; 0 when there is none.</summary>
    public static long Length(Stream stream)
    {
        long at = 0;
        Span<byte> header = stackalloc byte[HeaderLength];
        while (at + HeaderLength <= stream.Length)
        {
            stream.Position = at;
            stream.ReadExactly(header);
            long length = Length(header);
            if (length == 0)
                break;
            at += length;
        }
        return Math.Min(at, stream.Length);
    }

    /// <summary>Bytes of the tag whose header is given; 0 when it is none.</summary>
    public static long Length(ReadOnlySpan<byte> header) =>
        header.StartsWith("ID3"u8)
        && header[3] < 0xFF
        && header[4] < 0xFF
        && header[6..HeaderLength].IndexOfAnyInRange((byte)0x80, (byte)0xFF) < 0
            ? HeaderLength + Unpack(header[6..]) + ((header[5] & 0x10) != 0 ? HeaderLength : 0)
            : 0;

    /// <summary>The text of the tag at the start of a stream (ID3 2.2 to 2.4); pictures and other large frames are passed over.</summary>
    public static AudioMetadata Read(Stream stream)
    {
        stream.Position = 0;
        var header = new byte[HeaderLength];
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || Length(header) == 0)
            return AudioMetadata.None;
        var tag = new byte[Math.Min(Math.Min(Unpack(header.AsSpan(6)), LongestText), stream.Length - HeaderLength)];
        stream.ReadExactly(tag);
        int version = header[3];
        if ((header[5] & 0x80) != 0 && version < 4)
            tag = Resynchronize(tag);
        return Parse(tag, version, (header[5] & 0x40) != 0);
    }

    private static AudioMetadata Parse(ReadOnlySpan<byte> tag, int version, bool extended)
    {
        int idLength = version == 2 ? 3 : 4,
            headerLength = version == 2 ? 6 : 10;
        if (extended && version > 2 && tag.Length >= 4)
            tag = tag[(int)Math.Min(version == 4 ? Unpack(tag) : 4 + BinaryPrimitives.ReadUInt32BigEndian(tag), tag.Length)..];
        var metadata = AudioMetadata.None;
        while (tag.Length > headerLength && tag[0] != 0)
        {
            long size = version switch
            {
                2 => tag[3] << 16 | tag[4] << 8 | tag[5],
                3 => BinaryPrimitives.ReadUInt32BigEndian(tag[4..]),
                _ => Unpack(tag[4..]),
            };
            if (size > tag.Length - headerLength)
                break;
            ReadOnlySpan<byte> content = tag.Slice(headerLength, (int)size);
            if (version == 4 && (tag[9] & 2) != 0)
                content = Resynchronize(content);
            if (version == 4 && (tag[9] & 1) != 0 && content.Length >= 4)
                content = content[4..];
            switch (Encoding.Latin1.GetString(tag[..idLength]))
            {
                case "TIT2" or "TT2":
                    metadata = metadata with { Title = metadata.Title ?? Text(content, isComment: false) };
                    break;
                case "TSSE" or "TSS":
                    metadata = metadata with { Software = metadata.Software ?? Text(content, isComment: false) };
                    break;
                case "COMM" or "COM":
                    metadata = metadata with { Recipe = metadata.Recipe ?? Text(content, isComment: true) };
                    break;
            }
            tag = tag[(headerLength + (int)size)..];
        }
        return metadata;
    }

    private static string? Text(ReadOnlySpan<byte> content, bool isComment)
    {
        if (content.IsEmpty)
            return null;
        Encoding? encoding = content[0] switch
        {
            0 => Encoding.Latin1,
            1 => Encoding.Unicode,
            2 => Encoding.BigEndianUnicode,
            3 => Encoding.UTF8,
            _ => null,
        };
        if (encoding is null || isComment && content.Length < 4)
            return null;
        var bytes = content[(isComment ? 4 : 1)..];
        if (!isComment)
            return Decode(encoding, bytes);
        // a comment with a description is one of some program's own
        int width = encoding is UnicodeEncoding ? 2 : 1;
        for (int at = 0; at + width <= bytes.Length; at += width)
            if (bytes.Slice(at, width).IndexOfAnyExcept((byte)0) < 0)
                return Decode(encoding, bytes[..at]) is { Length: > 0 } ? null : Decode(encoding, bytes[(at + width)..]);
        return null;
    }

    private static string Decode(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        if (encoding is UnicodeEncoding && bytes.Length >= 2 && bytes[0] + bytes[1] == 0xFE + 0xFF)
        {
            encoding = bytes[0] == 0xFE ? Encoding.BigEndianUnicode : Encoding.Unicode;
            bytes = bytes[2..];
        }
        var text = encoding.GetString(bytes);
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    // A zero was put behind each FF so that no player takes the tag for sound.
    private static byte[] Resynchronize(ReadOnlySpan<byte> bytes)
    {
        var plain = new List<byte>(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            plain.Add(bytes[i]);
            if (bytes[i] == 0xFF && i + 1 < bytes.Length && bytes[i + 1] == 0)
                i++;
        }
        return [.. plain];
    }

    private static long Unpack(ReadOnlySpan<byte> size) =>
        (size[0] & 0x7F) << 21 | (size[1] & 0x7F) << 14 | (size[2] & 0x7F) << 7 | size[3] & 0x7F;

    private static byte[] Frame(string id, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        const byte utf8 = 3;
        // A comment has a language and an empty description before its text.
        byte[] content = [utf8, .. id == "COMM" ? "eng\0"u8 : [], .. Encoding.UTF8.GetBytes(text)];
        return [.. Encoding.ASCII.GetBytes(id), .. Size(content.Length), 0, 0, .. content];
    }

    // Seven bits a byte, so that no size looks like the start of an MP3 frame.
    private static byte[] Size(int size) =>
        [(byte)(size >> 21 & 0x7F), (byte)(size >> 14 & 0x7F), (byte)(size >> 7 & 0x7F), (byte)(size & 0x7F)];
}
