using Melody.Music;

namespace Melody.Prompting;

/// <summary>
/// Finds time signatures: "in 6/8", "4:4", "twelve-eight", "a waltz", "common time". Figures go before words. What has the form of one but
/// cannot be asked for ("0/4", "cut time") is found too, without a value.
/// </summary>
/// <param name="known">Metres that can be asked for.</param>
internal sealed class MetreReader(IReadOnlyList<Metre> known)
{
    private static readonly string[] Beats = ["two", "three", "four", "five", "six", "seven", "nine", "twelve"];
    private static readonly int[] Counts = [2, 3, 4, 5, 6, 7, 9, 12];

    private static readonly string[] Notions =
    [
        "time",
        "metre",
        "meter",
        "groove",
        "beat",
        "feel",
        "rhythm",
        "signature",
        "swing",
        "shuffle",
    ];

    private static readonly string[] AfterIn =
    [
        "time",
        "metre",
        "meter",
        "metric",
        "with",
        "at",
        "and",
        "groove",
        "beat",
        "feel",
        "rhythm",
    ];

    /// <summary>The metres of a prompt, in its order.</summary>
    public IReadOnlyList<Claim<Metre>> Read(PromptText prompt)
    {
        List<Claim<Metre>> written = [],
            spoken = [];
        for (int i = 0; i < prompt.Count; i++)
            if (Written(prompt, i) is { } figures)
                written.Add(Follow(prompt, figures));
            else if (Spoken(prompt, i) is { } words)
                spoken.Add(Follow(prompt, words));
        return written.Any(claim => claim.Value is not null) ? written : [.. written, .. spoken];
    }

    private Claim<Metre> Follow(PromptText prompt, Claim<Metre> claim) =>
        claim.Value is { } metre && known.Contains(metre) && !Denial.Before(prompt, claim.First) && !Denial.After(prompt, claim.End)
            ? claim
            : claim with
            {
                Value = null,
            };

    private static Claim<Metre>? Written(PromptText prompt, int i)
    {
        bool ratio = prompt.Is(i + 1, ":") && prompt[i + 1].Glued && prompt[i + 2].Glued;
        if (prompt[i].Kind != TokenKind.Number || !ratio && !prompt.Is(i + 1, "/") || prompt[i + 2].Kind != TokenKind.Number)
            return null;
        bool other =
            prompt.Is(i - 1, "/", ".", ",", ":") && prompt[i].Glued && (ratio || !prompt.Is(i - 1, ":"))
            || prompt.Is(i + 3, "/", ":") && prompt[i + 3].Glued && (ratio || !prompt.Is(i + 3, ":"))
            || prompt.Is(i + 3, "of", "full", "empty", "cup", "inch", "note", "notes", "bpm", "bit", "seconds")
            || prompt[i + 3] is { Glued: true, Kind: TokenKind.Word or TokenKind.Number };
        if (other)
            return null;
        bool sound =
            Metre.TryParse($"{prompt[i].Text}/{prompt[i + 2].Text}", out var metre) && metre.Numerator > 1 && metre.Denominator > 1;
        if (ratio)
            return sound ? Ratio(prompt, i, metre) : null;
        if (sound)
            return new(i, i + 3, metre);
        bool none = prompt.Is(i, "0") && prompt.Is(i + 2, "2", "4", "8", "16");
        return none || IsNamed(prompt, i) ? new(i, i + 3, null) : null;
    }

    // "4:4"; within other words it may be a polyrhythm or a time of day
    private static Claim<Metre>? Ratio(PromptText prompt, int i, Metre metre)
    {
        bool other =
            metre.Denominator is not (4 or 8)
            || metre.Numerator > 16
            || prompt[i].Text[0] == '0'
            || prompt[i + 2].Text[0] == '0'
            || prompt.Is(i - 1, "ratio")
            || prompt.Is(i + 3, "ratio", "polyrhythm", "polyrhythms", "against", "am", "pm");
        if (other)
            return null;
        bool apart = prompt.IsBoundary(i - 1) && prompt.IsBoundary(i + 3);
        Metre? value = apart || IsNamed(prompt, i) ? metre : null;
        return new(i, i + 3, value);
    }

    // "metre: 5/3", "in 5/3", "5/3 time"
    private static bool IsNamed(PromptText prompt, int i)
    {
        int label = prompt.Is(i - 1, ":", "=") ? i - 2 : i - 1;
        return prompt.Is(label, "metre", "meter", "signature")
            || prompt.Is(i + 3, "time", "metre", "meter", "signature")
            || prompt.Is(i - 1, "in") && prompt.IsBoundary(i + 3);
    }

    private static Claim<Metre>? Spoken(PromptText prompt, int i)
    {
        if (prompt.Is(i, "waltz", "waltzes", "valse"))
            return new(i, i + 1, new(3, 4));
        int second = prompt.SkipHyphen(i + 1);
        if (prompt.Is(i, "common") && prompt.Is(second, "time"))
            return new(i, second + 1, new(4, 4));
        if (prompt.Is(i, "cut") && prompt.Is(second, "time") || prompt.Is(i, "alla") && prompt.Is(second, "breve"))
            return new(i, second + 1, new(2, 2));
        int count = Array.IndexOf(Beats, prompt[i].Text),
            unit = prompt.SkipHyphen(i + 1),
            end = unit + 1;
        bool eighths = prompt.Is(unit, "eight"),
            quarters = prompt.Is(unit, "four", "quarter");
        if (count < 0 || !eighths && !quarters || prompt.IsHyphen(i - 1) || prompt[i - 1].Kind == TokenKind.Number)
            return null;
        bool inBefore = prompt.Is(i - 1, "in") || prompt.Is(i - 1, "a") && prompt.Is(i - 2, "in");
        bool named =
            Notions.Contains(prompt[end].Text)
            || inBefore
                && !prompt.Is(unit, "quarter")
                && (prompt.IsBoundary(end) && !prompt.Is(end, ":", "(") || AfterIn.Contains(prompt[end].Text))
            || eighths && unit > i + 1 && Counts[count] is 6 or 9 or 12;
        return named ? new(i, end, new(Counts[count], eighths ? 8 : 4)) : null;
    }
}
