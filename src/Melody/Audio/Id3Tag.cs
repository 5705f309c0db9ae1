using System.Text;

namespace Melody.Audio;

/// <summary>
/// The ID3 tag in front of an MP3 file (ID3 2.4.0, id3.org): TIT2, TSSE and COMM frames in UTF-8. libsndfile writes such
/// tags too, but in Latin-1 only and with the encoder's name for the software.
/// </summary>
internal static class Id3Tag
{
    /// <summary>The whole tag; empty when there is nothing to say.</summary>
    public static byte[] Create(AudioMetadata metadata)
    {
        byte[] frames = [.. Frame("TIT2", metadata.Title), .. Frame("TSSE", metadata.Software), .. Frame("COMM", metadata.Recipe)];
        return frames.Length == 0 ? [] : [.. "ID3"u8, 4, 0, 0, .. Size(frames.Length), .. frames];
    }

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
