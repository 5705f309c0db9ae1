using Melody.Music;

namespace Melody.Prompting;

/// <summary>Finds time signatures: "in 6/8", "twelve-eight", "a waltz", "common time". Figures go before words.</summary>
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
        claim.Value is { } metre && known.Contains(metre) && !Denial.Before(prompt, claim.First) ? claim : claim with { Value = null };

    private static Claim<Metre>? Written(PromptText prompt, int i)
    {
        if (prompt[i].Kind != TokenKind.Number || !prompt.Is(i + 1, "/") || prompt[i + 2].Kind != TokenKind.Number)
            return null;
        bool other =
            prompt.Is(i - 1, "/", ".", ",") && prompt[i].Glued
            || prompt.Is(i + 3, "/") && prompt[i + 3].Glued
            || prompt.Is(i + 3, "of", "full", "empty", "cup", "inch", "note", "notes", "bpm")
            || prompt[i + 3] is { Glued: true, Kind: TokenKind.Word or TokenKind.Number };
        return
            other
            || !Metre.TryParse($"{prompt[i].Text}/{prompt[i + 2].Text}", out var metre)
            || metre.Numerator < 2
            || metre.Denominator < 2
            ? null
            : new(i, i + 3, metre);
    }

    private static Claim<Metre>? Spoken(PromptText prompt, int i)
    {
        if (prompt.Is(i, "waltz", "waltzes", "valse"))
            return new(i, i + 1, new(3, 4));
        if (prompt.Is(i, "common") && prompt.Is(i + 1, "time"))
            return new(i, i + 2, new(4, 4));
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
