using System.Globalization;
using System.Text;

namespace Melody.Conditioning;

/// <summary>
/// Compatibility folding of text to lower-case letters without diacritics: what Unicode's NFKD with its marks removed
/// does for Latin script, full-width and mathematical letters, ligatures and digits. .NET normalises nothing when it
/// runs without ICU (invariant globalization), hence these tables.
/// </summary>
internal static class LatinFolding
{
    // base letters of U+00C0..U+017F and U+1E00..U+1EFF; '*' where several letters or none come out
    private const string Latin1AndExtendedA =
        "aaaaaa*ceeeeiiiidnooooo*ouuuuy**aaaaaa*ceeeeiiiidnooooo*ouuuuy*yaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiii"
        + "ii**jjkk*llllllllllnnnnnn***oooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    private const string ExtendedAdditional =
        "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrsssssssssstttttt"
        + "ttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy*s****aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooo"
        + "oooouuuuuuuuuuuuuuyyyyyyyy******";

    private static readonly Dictionary<int, string> Special = new()
    {
        ['Æ'] = "ae",
        ['æ'] = "ae",
        ['Þ'] = "th",
        ['þ'] = "th",
        ['ß'] = "ss",
        ['ẞ'] = "ss",
        ['Ĳ'] = "ij",
        ['ĳ'] = "ij",
        ['ĸ'] = "k",
        ['ŉ'] = "n",
        ['Ŋ'] = "ng",
        ['ŋ'] = "ng",
        ['Œ'] = "oe",
        ['œ'] = "oe",
        ['ﬀ'] = "ff",
        ['ﬁ'] = "fi",
        ['ﬂ'] = "fl",
        ['ﬃ'] = "ffi",
        ['ﬄ'] = "ffl",
        ['ﬅ'] = "st",
        ['ﬆ'] = "st",
        ['ª'] = "a",
        ['º'] = "o",
        ['²'] = "2",
        ['³'] = "3",
        ['¹'] = "1",
        ['Ⅰ'] = "i",
        ['½'] = " 1 2 ",
        ['¼'] = " 1 4 ",
        ['¾'] = " 3 4 ",
        ['ơ'] = "o",
        ['Ơ'] = "o",
        ['ư'] = "u",
        ['Ư'] = "u",
        ['ǎ'] = "a",
        ['ǐ'] = "i",
        ['ǒ'] = "o",
        ['ǔ'] = "u",
        ['ǧ'] = "g",
        ['ș'] = "s",
        ['Ș'] = "s",
        ['ț'] = "t",
        ['Ț'] = "t",
        ['…'] = " ",
        ['™'] = "",
    };

    /// <summary>Folds a whole text.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Fold(rune) is { } several)
                folded.Append(several);
            else
                folded.Append(Rune.ToLowerInvariant(rune).ToString());
        }
        return folded.ToString();
    }

    /// <summary>What a character becomes (nothing, for a combining mark), or null when only its case can change.</summary>
    public static string? Fold(Rune rune)
    {
        int code = rune.Value;
        if (code < 0x80)
            return null;
        if (Special.TryGetValue(code, out var special))
            return special;
        if (code is >= 0xC0 and < 0x180 && Latin1AndExtendedA[code - 0xC0] is not '*' and var letter)
            return letter.ToString();
        if (code is >= 0x1E00 and < 0x1F00 && ExtendedAdditional[code - 0x1E00] is not '*' and var other)
            return other.ToString();
        if (code is >= 0x300 and < 0x370)
            return "";
        if (code is > 0xFF00 and < 0xFF5F)
            return char.ToLowerInvariant((char)(code - 0xFEE0)).ToString();
        if (code is >= 0x1D400 and < 0x1D6A4)
            return ((char)('a' + (code - 0x1D400) % 26)).ToString();
        if (code is >= 0x1D7CE and < 0x1D800)
            return ((char)('0' + (code - 0x1D7CE) % 10)).ToString();
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            return ((char)('0' + (int)Rune.GetNumericValue(rune))).ToString();
        return Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format ? "" : null;
    }
}
