using System.Buffers.Binary;
using System.Text;

namespace Melody.Audio;

/// <summary>
/// The comment header of Vorbis, Opus and FLAC (xiph.org/vorbis/doc/v-comment.html): a vendor and lines NAME=text in
/// UTF-8. The title, the program and the comment go into TITLE, SOFTWARE and COMMENT.
/// </summary>
internal static class VorbisComment
{
    private const int MaximumLines = 10_000;

    /// <summary>Reads what is known; a damaged rest is left out.</summary>
    public static AudioMetadata Parse(ReadOnlySpan<byte> bytes)
    {
        var metadata = AudioMetadata.None;
        if (Take(ref bytes) is not { } vendor)
            return metadata;
        string? encoder = null,
            description = null;
        if (bytes.Length < 4)
            return metadata;
        uint lines = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        for (uint i = 0; i < Math.Min(lines, MaximumLines) && Take(ref bytes) is { } line; i++)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            var text = line[(equals + 1)..];
            switch (line[..equals].ToUpperInvariant())
            {
                case "TITLE":
                    metadata = metadata with { Title = text };
                    break;
                case "SOFTWARE":
                    metadata = metadata with { Software = text };
                    break;
                case "ENCODER":
                    encoder = text;
                    break;
                case "COMMENT":
                    metadata = metadata with { Recipe = text };
                    break;
                case "DESCRIPTION":
                    description = text;
                    break;
            }
        }
        return metadata with
        {
            Software = WithoutLibrary(metadata.Software) ?? encoder ?? (vendor.Length > 0 ? vendor : null),
            Recipe = metadata.Recipe ?? description,
        };
    }

    /// <summary>Writes the header without what the container puts around it.</summary>
    public static byte[] Create(AudioMetadata metadata)
    {
        var lines = new[] { ("TITLE", metadata.Title), ("SOFTWARE", metadata.Software), ("COMMENT", metadata.Recipe) }
            .Where(line => !string.IsNullOrEmpty(line.Item2))
            .Select(line => Text($"{line.Item1}={line.Item2}"))
            .ToArray();
        return [.. Text("Melody"), .. Number(lines.Length), .. lines.SelectMany(line => line)];
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Number(bytes.Length), .. bytes];
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static string? Take(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length > bytes.Length - 4)
            return null;
        var text = Encoding.UTF8.GetString(bytes.Slice(4, (int)length));
        bytes = bytes[(4 + (int)length)..];
        return text;
    }

    // libsndfile adds " (libsndfile-1.2.0)" when it writes.
    internal static string? WithoutLibrary(string? software)
    {
        int at = software?.LastIndexOf(" (libsndfile-", StringComparison.Ordinal) ?? -1;
        return at > 0 ? software![..at] : software;
    }
}
