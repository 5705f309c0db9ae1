using Melody.Music;

namespace Melody.Prompting;

/// <summary>A key's name as it is written, whether or not a key is meant by it.</summary>
/// <param name="End">The place after its last token.</param>
/// <param name="Letter">The tonic's letter, "a" to "h".</param>
/// <param name="Accidental">"#", "b", a German "is", "es" or "s", or nothing.</param>
/// <param name="Mode">"major", "minor" (in German "dur" or "moll") or a church mode, or nothing.</param>
/// <param name="Scale">Whether the kind of minor is named: natural, harmonic, melodic.</param>
/// <param name="Short">Whether the mode is a mere "m": "Am".</param>
/// <param name="ModeAt">The token of the mode; the letter's where the mode is joined to it.</param>
/// <param name="Hyphen">Whether a hyphen joins letter and mode: "a-Moll".</param>
internal sealed record KeyName(int End, char Letter, string Accidental, string Mode, bool Scale, bool Short, int ModeAt, bool Hyphen)
{
    private static readonly Dictionary<string, string> Modes = new(StringComparer.Ordinal)
    {
        ["major"] = "major",
        ["maj"] = "major",
        ["ionian"] = "major",
        ["minor"] = "minor",
        ["min"] = "minor",
        ["aeolian"] = "minor",
        ["dur"] = "dur",
        ["moll"] = "moll",
        ["dorian"] = "dorian",
        ["phrygian"] = "phrygian",
        ["lydian"] = "lydian",
        ["mixolydian"] = "mixolydian",
        ["locrian"] = "locrian",
    };

    private static readonly string[] Accidentals = ["is", "es", "b", "s"];

    /// <summary>Whether the accidental is German.</summary>
    public bool GermanSuffix => Accidental is "is" or "es" or "s";

    /// <summary>Whether the mode is German.</summary>
    public bool GermanMode => Mode is "dur" or "moll";

    /// <summary>The key; null for a name that no key has, such as "H minor", and for one in a church mode.</summary>
    public MusicalKey? Key =>
        MusicalKey.TryParse($"{char.ToUpperInvariant(Letter)}{Accidental}{(Mode.Length > 0 ? $" {Mode}" : "")}", out var key)
        && key.IsMajorOrMinor
            ? key
            : null;

    /// <summary>The mode that a word of its own names, or nothing.</summary>
    public static string ModeOf(string word) => Modes.GetValueOrDefault(word, "");

    /// <summary>The name that begins at a token, or null.</summary>
    public static KeyName? At(PromptText prompt, int i)
    {
        var token = prompt[i];
        if (token.Kind != TokenKind.Word || token.Text[0] is < 'a' or > 'h' || prompt.IsHyphen(i - 1))
            return null;
        if (token.Glued && (prompt[i - 1].Kind != TokenKind.Mark || prompt.Is(i - 1, "#", "♭")))
            return null;
        string rest = token.Text[1..],
            accidental = Accidentals.FirstOrDefault(a => rest.StartsWith(a, StringComparison.Ordinal) && IsMode(rest[a.Length..])) ?? "";
        rest = rest[accidental.Length..];
        if (!IsMode(rest) || accidental == "s" && token.Text[0] is not ('a' or 'e'))
            return null;
        int next = i + 1;
        if (accidental.Length == 0 && rest.Length == 0)
            (accidental, next) = Sign(prompt, next);
        int modeAt = i;
        bool scale = false,
            hyphen = false;
        if (rest.Length == 0)
        {
            int after = prompt.SkipHyphen(next),
                kind = after;
            while (prompt.Is(kind, "natural", "harmonic", "melodic"))
                kind = prompt.SkipHyphen(kind + 1);
            bool joined = accidental.Length > 0 && prompt[kind] is { Text: "m", Glued: true };
            if (joined || Modes.ContainsKey(prompt[kind].Text))
                (rest, modeAt, scale, hyphen, next) = (prompt[kind].Text, kind, kind > after, after > next, kind + 1);
        }
        // a chord ("Am7"), a note ("C4"), a word with a hyphen ("B-sides")
        if (prompt[next] is { Kind: TokenKind.Number, Glued: true } || rest.Length == 0 && prompt.IsHyphen(next))
            return null;
        bool single = rest == "m";
        if (single && prompt.HasCase && char.IsUpper(prompt.Text[prompt[modeAt].End - 1]))
            return null; // a chord's major, "FM synthesis"
        return new(next, token.Text[0], accidental, single ? "minor" : Modes.GetValueOrDefault(rest, ""), scale, single, modeAt, hyphen);
    }

    // what may be joined to the letter
    private static bool IsMode(string rest) => rest is "" or "m" or "major" or "maj" or "minor" or "min" or "dur" or "moll";

    private static (string Accidental, int Next) Sign(PromptText prompt, int i)
    {
        if (prompt[i] is { Glued: true, Text: "#" or "♭" })
            return (prompt[i].Text == "#" ? "#" : "b", i + 1);
        int word = prompt.SkipHyphen(i);
        return prompt.Is(word, "sharp") ? ("#", word + 1)
            : prompt.Is(word, "flat") ? ("b", word + 1)
            : ("", i);
    }
}
