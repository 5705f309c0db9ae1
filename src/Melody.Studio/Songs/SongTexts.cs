using System.Globalization;
using System.Text;

namespace Melody.Studio.Songs;

/// <summary>Titles and tags as people may give them: one line, not too long; what they hold is shown as text and never as markup.</summary>
internal static class SongTexts
{
    private const int LongestTitle = 200,
        LongestTag = 40,
        MostTags = 20;

    /// <summary>A title on one line.</summary>
    /// <exception cref="MelodyException">It is empty or too long.</exception>
    public static string Title(string text)
    {
        string line = Line(text);
        if (line.Length is 0 or > LongestTitle)
            throw new MelodyException($"The title has {line.Length} characters; give 1 to {LongestTitle}.");
        return line;
    }

    /// <summary>A title from any text, cut where it is too long.</summary>
    public static string TitleFrom(string? text, string otherwise)
    {
        string line = Line(text ?? "");
        if (line.Length == 0)
            return otherwise;
        if (line.Length <= LongestTitle)
            return line;
        int cut = char.IsHighSurrogate(line[LongestTitle - 2]) ? LongestTitle - 2 : LongestTitle - 1;
        return line[..cut] + "…";
    }

    /// <summary>Tags in lower case, each once.</summary>
    /// <exception cref="MelodyException">One is null, empty or too long, or they are too many.</exception>
    public static IReadOnlyList<string> Tags(IReadOnlyList<string> tags)
    {
        if (tags.Count > MostTags)
            throw new MelodyException($"A song has {tags.Count} tags; give {MostTags} at most.");
        if (tags.Any(tag => tag is null)) // in a list JSON may hold it
            throw new MelodyException("A tag is null; give words.");
        var clean = tags.Select(tag => Line(tag).ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToList();
        if (clean.Find(tag => tag.Length is 0 or > LongestTag) is { } wrong)
            throw new MelodyException($"A tag has {wrong.Length} characters; give 1 to {LongestTag}.");
        return clean;
    }

    /// <summary>A file's name from a title, for downloads.</summary>
    public static string FileName(string title, string extension)
    {
        var name = new StringBuilder();
        foreach (var rune in title.EnumerateRunes().Take(80))
            name.Append(
                Rune.IsLetterOrDigit(rune) ? rune.ToString()
                : name.Length > 0 && name[^1] != '-' ? "-"
                : ""
            );
        string stem = name.ToString().Trim('-');
        return $"{(stem.Length == 0 ? "music" : stem)}.{extension}";
    }

    private static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            line.Append(
                Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                    ? " "
                    : rune.ToString()
            );
        return line.ToString().Trim();
    }
}
