using System.Globalization;
using System.Text;
using Melody.Foundation;

namespace Melody.Cli.Shared;

/// <summary>File names from words: letters and digits of any script in lower case, dashes between them, not too long.</summary>
internal static class SafeName
{
    private const int LongestBytes = 60;

    /// <summary>A name for <paramref name="words"/>, "music" when they hold no letter or digit.</summary>
    public static string Of(string words)
    {
        var name = new StringBuilder();
        int bytes = 0;
        bool gap = false;
        foreach (var rune in ComposedText.Of(words).ToLowerInvariant().EnumerateRunes())
        {
            bool kept =
                Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                    && name.Length > 0
                    && !gap;
            if (!kept)
            {
                gap = name.Length > 0 && rune.Value is not ('\'' or '’') || gap;
                continue;
            }
            bytes += rune.Utf8SequenceLength + (gap ? 1 : 0);
            if (bytes > LongestBytes)
                break;
            if (gap)
                name.Append('-');
            gap = false;
            name.Append(rune);
        }
        return name.Length == 0 ? "music" : name.ToString();
    }
}
