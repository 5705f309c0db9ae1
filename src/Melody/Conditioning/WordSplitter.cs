using System.Globalization;
using System.Text;

namespace Melody.Conditioning;

/// <summary>
/// Cuts text into words that do not depend on how it was typed: folded letters (<see cref="LatinFolding"/>), digits
/// apart from letters ("120bpm" -> "120", "bpm"), punctuation and symbols gone, apostrophes closed up ("don't" ->
/// "dont"), "c#" -> "c", "sharp" and "&amp;" -> "and".
/// </summary>
internal static class WordSplitter
{
    /// <summary>UTF-16 units at which an unbroken run of letters is cut.</summary>
    public const int LongestWord = 32;

    private enum Kind
    {
        Gap,
        Letter,
        Digit,
    }

    /// <summary>The words, lazily: whoever takes the first hundred of a huge text does not read the rest.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        var last = Kind.Gap;
        foreach (var original in text.EnumerateRunes())
        {
            if (Symbol(original.Value, word) is { } spoken)
            {
                if (word.Length > 0)
                    yield return Take(word);
                yield return spoken;
                last = Kind.Gap;
                continue;
            }
            if (IsApostrophe(original.Value))
                continue;
            foreach (var rune in (LatinFolding.Fold(original) ?? Rune.ToLowerInvariant(original).ToString()).EnumerateRunes())
            {
                var kind = KindOf(rune, last);
                if (word.Length > 0 && (kind != last || word.Length >= LongestWord))
                    yield return Take(word);
                if (kind != Kind.Gap)
                    word.Append(rune.ToString());
                last = kind;
            }
        }
        if (word.Length > 0)
            yield return Take(word);
    }

    private static string Take(StringBuilder word)
    {
        string text = word.ToString();
        word.Clear();
        return text;
    }

    private static Kind KindOf(Rune rune, Kind last) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.DecimalDigitNumber => Kind.Digit,
            UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Kind.Letter,
            // vowel signs of other scripts belong to their letter; after a symbol (emoji variants) they are nothing
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark when last == Kind.Letter => Kind.Letter,
            _ => Kind.Gap,
        };

    // a sharp is one after a note name only: "#relaxing" is not a key
    private static string? Symbol(int code, StringBuilder word) =>
        code switch
        {
            '&' => "and",
            '♯' => "sharp",
            '♭' => "flat",
            '#' when word.Length == 1 && word[0] is >= 'a' and <= 'g' => "sharp",
            _ => null,
        };

    private static bool IsApostrophe(int code) => code is '\'' or '’' or '‘' or 'ʼ' or '`' or '´';
}
