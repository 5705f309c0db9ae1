namespace Melody.Prompting;

/// <summary>
/// Finds tempi: "120 bpm", "96.5 beats a minute", "118-122 bpm" (its middle), "tempo: ninety", "♩ = 120". A change of tempo, a limit
/// ("faster than 140 bpm"), a wide range and what no tempo can be are found too, without a value.
/// </summary>
/// <param name="slowest">Slowest tempo that can be asked for, beats a minute.</param>
/// <param name="fastest">Fastest tempo that can be asked for, beats a minute.</param>
internal sealed class TempoReader(double slowest, double fastest)
{
    // a range up to this ratio means about its middle; a wider one leaves the tempo open or changes it
    private const double WidestRange = 1.25;

    private static readonly string[] Linking =
    [
        "of",
        "is",
        "at",
        "around",
        "about",
        "approximately",
        "approx",
        "roughly",
        "near",
        "circa",
        "ca",
        "marking",
        "mark",
        "set",
        "exactly",
        ":",
        "=",
        "~",
        "(",
        ")",
    ];

    private static readonly string[] Limits =
    [
        "than",
        "under",
        "below",
        "above",
        "beyond",
        "least",
        "most",
        "max",
        "maximum",
        "minimum",
        "until",
    ];

    /// <summary>The tempi of a prompt, in its order.</summary>
    public IEnumerable<Claim<double>> Read(PromptText prompt)
    {
        for (int i = 0; i < prompt.Count; )
        {
            var found = WithUnit(prompt, i) ?? AfterLabel(prompt, i) ?? Bare(prompt, i);
            if (found is { } claim)
                yield return claim;
            i = found?.End ?? i + 1;
        }
    }

    private sealed record Amount(double? Value, int End);

    private Claim<double>? WithUnit(PromptText prompt, int i)
    {
        if (prompt[i] is { Kind: TokenKind.Number, Glued: true } && prompt[i - 1].Kind == TokenKind.Word)
            return null;
        if (Range(prompt, i) is not { } amount || Unit(prompt, amount.End) is not { } end)
            return null;
        // "120/140 bpm" leaves the choice open
        bool choice = prompt.Is(i - 1, "/") && prompt[i - 2].Kind == TokenKind.Number;
        return Stated(prompt, choice ? i - 2 : i, end, i, choice ? null : amount.Value);
    }

    private Claim<double>? AfterLabel(PromptText prompt, int i)
    {
        bool beat = prompt.Is(i, "♩", "quarter", "crotchet");
        if (!beat && !prompt.Is(i, "tempo", "metronome", "mm") && Unit(prompt, i) is null)
            return null;
        int next = beat ? i + 1 : Unit(prompt, i) ?? i + 1;
        bool linked = false;
        while (Linking.Contains(prompt[next].Text) || prompt.Is(next, "bpm", "note", "minute", "per", "beats"))
            linked |= prompt.Is(next++, ":", "=", "of", "is", "at");
        if (beat && !prompt.Is(next - 1, "=") || Range(prompt, next) is not { } amount)
            return null;
        if (Unit(prompt, amount.End) is { } end)
            return Stated(prompt, i, end, next, amount.Value);
        bool another = prompt[amount.End] is { Kind: TokenKind.Word, Glued: true } || prompt.Is(amount.End, "%", "/", "beats", "-");
        bool plain = prompt[next].Kind != TokenKind.Number || prompt[next].Text.Split('.')[0].Length is 2 or 3;
        return another || !plain || !linked && !InRange(amount.Value) ? null : Stated(prompt, i, amount.End, i, amount.Value);
    }

    // "120-130", "from 80 to 160", or a number that is a clause of its own: perhaps a tempo, but nobody says so
    private static Claim<double>? Bare(PromptText prompt, int i)
    {
        bool Tempo(int place) => prompt[place].Kind == TokenKind.Number && prompt[place].Value is >= 40 and <= 300;
        bool Apart(int place) => prompt[place].Kind != TokenKind.Word || !prompt[place].Glued;
        if (!Tempo(i) || prompt[i].Glued)
            return null;
        bool range = prompt.Is(i + 1, "-") || prompt.Is(i + 1, "to") && prompt.Is(i - 1, "from");
        if (range && Tempo(i + 2) && Apart(i + 3) && !prompt.Is(i + 3, "-", "/"))
            return new(i, i + 3, null);
        return prompt.IsBoundary(i - 1) && prompt.IsBoundary(i + 1) ? new(i, i + 1, null) : null;
    }

    // a null value is a change of tempo or a wide range
    private Claim<double> Stated(PromptText prompt, int first, int end, int number, double? value)
    {
        bool limit = prompt.Is(number - 1, "from") || prompt.Is(number - 1, "to") && prompt.Is(number - 2, "up", "down");
        for (int back = 1; back <= 3 && !prompt.IsBoundary(number - back); back++)
            limit |= Limits.Contains(prompt[number - back].Text);
        bool usable = value is not null && !limit && InRange(value) && !Denial.Before(prompt, number);
        return new(first, end, usable ? value : null, Open: value is null || limit);
    }

    private bool InRange(double? value) => value >= slowest && value <= fastest;

    // one number, or two that are a range
    private static Amount? Range(PromptText prompt, int i)
    {
        if (NumberWords.At(prompt, i) is not { } first)
            return null;
        int end = prompt.IsHyphen(first.End) && prompt.Is(first.End + 1, "ish") ? first.End + 2 : first.End;
        int link = Unit(prompt, end) is { } unit && prompt.Is(unit, "-", "—", "to", ">", "up", "down") ? unit : end;
        int start = link;
        bool change = prompt.Is(i - 1, "from");
        while (prompt.Is(link, "up", "down", ">") || prompt.Is(link, "-", "−", "—") && prompt.Is(link + 1, ">"))
            (change, link) = (true, link + 1);
        bool between = prompt.Is(link, "and") && prompt.Is(i - 1, "between"),
            linked = between || prompt.Is(link, "-", "—", "−", "~", "to") || change && link > start;
        int second = prompt.Is(link, "-", "—", "−", "~", "to", "and") ? link + 1 : link;
        if (!linked || NumberWords.At(prompt, second) is not { } last)
            return new(first.Value, end);
        double ratio = Math.Max(first.Value, last.Value) / Math.Max(1, Math.Min(first.Value, last.Value));
        return new(change || ratio > WidestRange ? null : (first.Value + last.Value) / 2, last.End);
    }

    private static int? Unit(PromptText prompt, int i)
    {
        while (prompt.Is(i, "-", "+", "~"))
            i++;
        if (prompt.Is(i, "bpm", "bpms", "bmp"))
            return i + 1;
        if (prompt.Is(i, "b") && prompt.Is(i + 1, ".") && prompt.Is(i + 2, "p") && prompt.Is(i + 3, ".") && prompt.Is(i + 4, "m"))
            return prompt.Is(i + 5, ".") && prompt[i + 5].Glued && prompt[i + 6].Kind == TokenKind.Mark ? i + 6 : i + 5;
        if (!prompt.Is(i, "beat", "beats"))
            return null;
        int per = prompt.SkipHyphen(i + 1),
            minute = prompt.SkipHyphen(per + 1);
        return prompt.Is(per, "per", "a", "each", "every", "in", "/") && prompt.Is(minute, "minute", "min", "mins") ? minute + 1 : null;
    }
}
