using System.Text;
using Melody.Foundation;

namespace Melody.Corpus.Import;

/// <summary>Text that people wrote: UTF-8, or UTF-16 with its mark; nothing else is guessed at.</summary>
internal static class CaptionText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding LittleEndian = new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding BigEndian = new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">Larger files are refused.</param>
    /// <exception cref="MelodyException">It is missing, too large, cannot be read or is in another encoding.</exception>
    public static string Read(string path, long maximumBytes)
    {
        byte[] bytes;
        try
        {
            if (!File.Exists(path))
                throw new MelodyException($"The caption file '{path}' does not exist.");
            if (FileLength.Of(path) > maximumBytes)
                throw new MelodyException($"The caption file '{path}' is larger than {maximumBytes >> 20} MB.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"'{path}' cannot be read: {e.Message}", e);
        }
        try
        {
            string text = bytes switch
            {
                [0xEF, 0xBB, 0xBF, ..] => Utf8.GetString(bytes, 3, bytes.Length - 3),
                [0xFF, 0xFE, ..] => LittleEndian.GetString(bytes, 2, bytes.Length - 2),
                [0xFE, 0xFF, ..] => BigEndian.GetString(bytes, 2, bytes.Length - 2),
                _ => Utf8.GetString(bytes),
            };
            int zero = text.IndexOf('\0', StringComparison.Ordinal);
            return zero < 0 ? text : throw NotUtf8(path, text.AsSpan(0, zero).Count('\n') + 1);
        }
        catch (DecoderFallbackException e)
        {
            int line = bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length)).Count((byte)'\n') + 1;
            throw NotUtf8(path, line);
        }
    }

    private static MelodyException NotUtf8(string path, int line) => new($"Line {line} of '{path}' is not UTF-8; save the file as UTF-8.");
}
