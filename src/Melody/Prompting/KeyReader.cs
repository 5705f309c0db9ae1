using Melody.Music;

namespace Melody.Prompting;

/// <summary>
/// Finds keys: "in A minor", "F#m", "key of E flat", "minor key of A", "h-Moll", "C melodic minor". In doubt between a key and ordinary
/// English ("a minor setback", "a flat drone") nothing is found. A church mode and a choice ("A or B minor") are found without a value.
/// </summary>
internal static class KeyReader
{
    private static readonly string[] After = ["at", "with", "for", "featuring", "on", "by", "around", "about", "key", "scale", "tonality"];

    // what a sentence that begins with a key goes on with: "A minor waltz"
    private static readonly string[] Pieces =
    [
        "waltz",
        "ballad",
        "blues",
        "jazz",
        "nocturne",
        "sonata",
        "prelude",
        "etude",
        "fugue",
        "lullaby",
        "tango",
        "trance",
        "techno",
        "ambient",
        "arpeggio",
        "arpeggios",
        "riff",
        "chord",
        "scale",
    ];

    private static readonly string[] Described = ["slow", "fast", "sad", "solo", "grand", "electric", "acoustic"];

    // what a "minor" or "major" that is not a key describes
    private static readonly string[] Ordinary =
    [
        "way",
        "ways",
        "setback",
        "setbacks",
        "issue",
        "issues",
        "problem",
        "problems",
        "role",
        "part",
        "change",
        "changes",
        "shift",
        "hit",
        "success",
        "event",
        "break",
        "breakthrough",
        "character",
        "theme",
        "city",
        "league",
        "detail",
        "details",
        "figure",
        "influence",
        "label",
        "deal",
        "key",
        "inconvenience",
        "disaster",
        "player",
        "role",
        "point",
        "difference",
    ];

    /// <summary>The keys of a prompt, in its order.</summary>
    public static IEnumerable<Claim<MusicalKey>> Read(PromptText prompt)
    {
        int from = 0;
        for (int i = 0; i < prompt.Count; i++)
        {
            if (KeyName.At(prompt, i) is not { } name || Statement(prompt, i, name, from) is not { } claim)
                continue;
            yield return claim;
            from = claim.End;
            i = from - 1;
        }
    }

    private static Claim<MusicalKey>? Statement(PromptText prompt, int i, KeyName name, int from)
    {
        if (ChoiceEnd(prompt, i, name) is { } choiceEnd)
            return new(i, choiceEnd, null, Open: true);
        if (!IsMeant(prompt, i, name))
            return null;
        var (first, end, mode) = WithMode(prompt, i, name, from);
        var key = (name with { Mode = mode }).Key;
        bool denied = Denial.Before(prompt, first) || Denial.After(prompt, end);
        return new(first, end, denied ? null : key);
    }

    // the place after "A or B minor", "in C or D", "in D major or minor"; null where only one key is named
    private static int? ChoiceEnd(PromptText prompt, int i, KeyName name)
    {
        int next = name.End + 1;
        bool choice = prompt.Is(name.End, "or"),
            joined = choice || prompt.Is(name.End, "/", "and") || prompt.Is(name.End, "to") && prompt.Is(i - 1, "from");
        if (!joined || name.GermanSuffix)
            return null;
        bool moded = name.Mode.Length > 0;
        if (choice && moded && KeyName.ModeOf(prompt[next].Text).Length > 0 && IsMeant(prompt, i, name))
            return next + 1;
        if (KeyName.At(prompt, next) is not { GermanSuffix: false } other)
            return null;
        if (other.Mode.Length > 0 && !moded)
            return IsMeant(prompt, next, other) ? other.End : null;
        // "a major or a minor heartbreak" names no key
        if (choice && moded && other.Mode.Length > 0 && (IsMeant(prompt, i, name) || IsMeant(prompt, next, other)))
            return other.End;
        bool meant = prompt.Is(i - 1, "in") || IsIntroduced(prompt, i) || IsMeant(prompt, i, name);
        return choice && meant && Ends(prompt, other.End) ? other.End : null;
    }

    // a mode that stands apart from the letter: "minor key of A", "key of A, minor"
    private static (int First, int End, string Mode) WithMode(PromptText prompt, int i, KeyName name, int from)
    {
        if (name.Mode.Length > 0)
            return (i, name.End, name.Mode);
        int label = prompt.Is(i - 1, "of", "in", ":", "=", "is") ? i - 2 : i - 1,
            before = prompt.Is(label, "key", "tonality", "scale", "mode") ? label - 1 : label,
            behind = prompt.Is(name.End, ",", "(") ? name.End + 1 : name.End;
        string mode = KeyName.ModeOf(prompt[before].Text);
        if (before >= from && mode.Length > 0)
            return (before, name.End, mode);
        mode = KeyName.ModeOf(prompt[behind].Text);
        return mode.Length > 0 && prompt.IsBoundary(behind + 1) ? (i, behind + 1, mode) : (i, name.End, "");
    }

    private static bool IsMeant(PromptText prompt, int i, KeyName name)
    {
        bool introduced = IsIntroduced(prompt, i),
            within = prompt.Is(i - 1, "in"),
            ends = Ends(prompt, name.End),
            apart = prompt.IsBoundary(i - 1) && prompt.IsBoundary(name.End),
            capital = prompt[i].Capital,
            accidental = name.Accidental.Length > 0;
        if (name.GermanSuffix)
            return name.GermanMode;
        if (name.Mode.Length == 0)
            return introduced && (name.Letter != 'a' || accidental || capital)
                || within && ends && (name.Letter != 'a' || accidental || capital) && name.Letter != 'h';
        if (name.Short)
            return name.Letter != 'h'
                && (
                    accidental || (capital || !prompt.HasCase) && (introduced || within || apart && prompt[i - 1].Kind != TokenKind.Number)
                );
        if (introduced || accidental || name.GermanMode || name.Letter != 'a' || name.Hyphen)
            return true;
        if (prompt.Is(name.End, "key", "tonality") && prompt.Is(name.End + 1, "of"))
            return false;
        if (name.Scale)
            return capital || within || ends;
        if (!capital)
            return ends
                && (within || apart)
                && !prompt.Is(name.End, "key", "scale", "tonality")
                && (!ListGoesOn(prompt, name.End) || apart && prompt.Is(i - 1, ",", ";", ":", "(", "—"));
        if (!within && IsSentenceStart(prompt, i))
            return ends || IsMusical(prompt, name.End);
        bool title = prompt[name.ModeAt].Capital && prompt[name.End].Capital;
        return ends || !title && !Ordinary.Contains(prompt[name.End].Text);
    }

    // "key of D", "key: D", "the key is D", "key D"
    private static bool IsIntroduced(PromptText prompt, int i) =>
        prompt.Is(i - 1, "key", "tonality")
        || prompt.Is(i - 1, "of", ":", "=", "is") && prompt.Is(i - 2, "key", "tonality", "scale", "mode");

    // nothing follows that "major" or "minor" could describe
    private static bool Ends(PromptText prompt, int i) =>
        prompt.IsBoundary(i) || prompt[i].Kind == TokenKind.Number || prompt.Is(i, "/") || After.Contains(prompt[i].Text);

    // "in a major, sweeping way": a comma after which more adjectives may come
    private static bool ListGoesOn(PromptText prompt, int i) =>
        prompt.Is(i, ",") && i + 1 < prompt.Count && prompt[i + 1].Kind != TokenKind.Number;

    private static bool IsSentenceStart(PromptText prompt, int i) => prompt.IsBoundary(i - 1) && !prompt.Is(i - 1, ",", ")");

    private static bool IsMusical(PromptText prompt, int i)
    {
        while (Described.Contains(prompt[i].Text))
            i++;
        return Pieces.Contains(prompt[i].Text) || Lexicon.Default.At(prompt, i) is { Kind: LexemeKind.Instrument };
    }
}
