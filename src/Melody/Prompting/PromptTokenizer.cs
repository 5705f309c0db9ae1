using System.Globalization;
using System.Text;
using Melody.Conditioning;

namespace Melody.Prompting;

/// <summary>
/// Cuts a prompt into tokens that keep their place in it. How it was typed makes no difference: letters are folded
/// (<see cref="LatinFolding"/>), spaces and quotation marks are dropped, every kind of dash is one of two marks.
/// </summary>
internal static class PromptTokenizer
{
    private const int LongestWord = 64;

    private enum Class
    {
        Gap,
        Letter,
        Digit,
        Mark,
    }

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="hasCase">Whether capitals are noted.</param>
    public static List<Token> Read(string text, bool hasCase)
    {
        var tokens = new List<Token>();
        var open = new StringBuilder();
        var kind = TokenKind.Mark;
        bool capital = false;
        int start = 0,
            end = 0;
        for (int i = 0; i < text.Length; )
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out int length) != System.Buffers.OperationStatus.Done)
                rune = new(' ');
            string folded = Fold(rune);
            int next = i + length;
            if (folded.Length == 0 || IsApostrophe(rune) && open.Length > 0 && kind == TokenKind.Word && IsLetterAt(text, next))
                end = open.Length > 0 ? next : end; // an accent, a character without width, an apostrophe inside a word
            else if (ClassOf(folded, open.Length > 0 && kind == TokenKind.Word) is (Class.Letter or Class.Digit) and var type)
            {
                var wanted = type == Class.Letter ? TokenKind.Word : TokenKind.Number;
                if (open.Length > 0 && (kind != wanted || open.Length >= LongestWord))
                    Close();
                if (open.Length == 0)
                    (kind, start, capital) = (wanted, i, hasCase && Rune.IsUpper(rune));
                open.Append(folded);
                end = next;
            }
            else if (open.Length > 0 && kind == TokenKind.Number && folded is "." or "," && Decimals(text, next) is > 0 and var digits)
            {
                if (folded == "." || digits != 3)
                    open.Append('.');
                open.Append(Fold(text.Substring(next, digits)));
                end = next + digits;
                Close();
                next = end;
            }
            else
            {
                Close();
                if (ClassOf(folded, false) == Class.Mark && Mark(text, i, ref next, folded) is { } mark)
                    Sign(mark, i, next);
            }
            i = next;
        }
        Close();
        return tokens;

        bool Glued(int place) => tokens.Count > 0 && tokens[^1].End == place;

        // "!!" is one mark
        void Sign(string mark, int from, int to)
        {
            if (tokens.Count > 0 && Glued(from) && tokens[^1].Text == mark && mark is ("," or "." or ";" or ":" or "!" or "?"))
                tokens[^1] = tokens[^1] with { End = to };
            else
                tokens.Add(new(char.IsLetter(mark[0]) ? TokenKind.Word : TokenKind.Mark, mark, from, to, Glued(from), false));
        }

        void Close()
        {
            if (open.Length > 0)
                tokens.Add(new(kind, open.ToString(), start, end, Glued(start), capital));
            open.Clear();
        }
    }

    private static string Fold(string text) => string.Concat(text.EnumerateRunes().Select(Fold));

    private static string Fold(Rune rune) => LatinFolding.Fold(rune) ?? Rune.ToLowerInvariant(rune).ToString();

    private static Class ClassOf(string folded, bool inWord) =>
        Rune.GetUnicodeCategory(folded.EnumerateRunes().First()) switch
        {
            UnicodeCategory.DecimalDigitNumber => Class.Digit,
            UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Class.Letter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark when inWord => Class.Letter,
            _ when folded == "\n" || !string.IsNullOrWhiteSpace(folded) => Class.Mark,
            _ => Class.Gap,
        };

    // decimals or a group of thousands: digits after a point or comma, 0 where it is punctuation
    private static int Decimals(string text, int i)
    {
        int count = 0;
        while (i + count < text.Length && char.IsDigit(text[i + count]))
            count++;
        return count <= 3 ? count : 0;
    }

    // the sign that the tokens show, or null for a character that means nothing
    private static string? Mark(string text, int i, ref int next, string sign)
    {
        bool dash = sign is "−" or "-" || Rune.GetUnicodeCategory(sign.EnumerateRunes().First()) == UnicodeCategory.DashPunctuation;
        while (sign == "-" && next < text.Length && text[next] == '-')
            next++;
        if ((dash || sign == "=") && next < text.Length && text[next] == '>')
        {
            next++;
            return "→";
        }
        if (dash)
        {
            bool doubled = sign == "-" && next > i + 1,
                before = i > 0 && !char.IsWhiteSpace(text[i - 1]),
                after = next < text.Length && !char.IsWhiteSpace(text[next]);
            return doubled || sign is "—" or "―" or "⸺" || !after ? "—"
                : before && !Opens(text[i - 1]) ? "-"
                : "−";
        }
        return sign switch
        {
            "&" => "and",
            "♯" or "#" => "#",
            "♭" or "(" or ")" or "/" or "+" or "=" or "%" or "~" or "<" or ">" or "," or ";" or ":" or "!" or "?" or "." or "\n" => sign,
            "→" or "⟶" or "➔" or "➜" or "➡" or "⇒" => "→",
            "≥" => ">",
            "≤" => "<",
            "♩" or "♪" or "♫" => "♩",
            "±" => "+",
            "[" or "{" or "【" or "「" => "(",
            "]" or "}" or "】" or "」" => ")",
            "、" or "،" => ",",
            "。" or "·" or "|" or "•" or "*" or "؛" => ";",
            _ => null,
        };
    }

    private static bool Opens(char c) => c is '(' or '[' or ',' or ';' or ':' or '"' or '“';

    private static bool IsLetterAt(string text, int i) => i < text.Length && char.IsLetter(text[i]);

    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or '’' or '‘' or 'ʼ' or '`' or '´' or '＇';
}
