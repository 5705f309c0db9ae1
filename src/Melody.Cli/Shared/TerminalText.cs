using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Melody.Cli.Shared;

/// <summary>
/// Text that somebody else wrote (titles, recipes, file names, captions) made safe to print: what would move the cursor,
/// change colours or turn the direction of writing is shown as <c>\u001B</c>, as JSON writes it too.
/// </summary>
internal static class TerminalText
{
    /// <summary>In one line: line breaks are shown as well.</summary>
    public static string Line(string text) => Escape(text, keepBreaks: false);

    /// <summary>In as many lines as it has.</summary>
    public static string Lines(string text) => Escape(text, keepBreaks: true);

    /// <summary>In one line, for places where Spectre reads markup such as <c>[red]</c>.</summary>
    public static string Cell(string text) => Markup.Escape(Line(text));

    /// <summary>Whether a terminal shows the character and does nothing else.</summary>
    public static bool IsHarmless(char character) =>
        char.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            // the direction of writing, and marks that nobody sees; joiners are parts of words and pictures
            UnicodeCategory.Format => character is '\u200C' or '\u200D' or '\u00AD',
            _ => true,
        };

    private static string Escape(string text, bool keepBreaks)
    {
        if (text.All(IsHarmless))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (char character in text)
            if (IsHarmless(character) || keepBreaks && IsBreak(character))
                safe.Append(character);
            else
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        return safe.ToString();
    }

    // a carriage return alone overwrites the line
    private static bool IsBreak(char character) => character is '\n' or '\t' || character == '\r' && OperatingSystem.IsWindows();
}
