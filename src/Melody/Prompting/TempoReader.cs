namespace Melody.Prompting;

/// <summary>
/// Finds tempi: "120 bpm", "96.5 beats a minute", "120/min", "118-122 bpm" (its middle), "tempo: ninety", "♩ = 120". A change of tempo, a
/// limit ("faster than 140 bpm"), a choice, a part of another tempo, a wide range and what no tempo can be are found too, without a value.
/// </summary>
/// <param name="slowest">Slowest tempo that can be asked for, beats a minute.</param>
/// <param name="fastest">Fastest tempo that can be asked for, beats a minute.</param>
internal sealed class TempoReader(double slowest, double fastest)
{
    // a range up to this ratio means about its middle; a wider one leaves the tempo open or changes it
    private const double WidestRange = 1.25;

    // a number joined to another by "or" or "/" that can be a tempo
    private const double SlowestChoice = 20,
        FastestChoice = 300;

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
        "bpm",
        "note",
        "minute",
        "per",
        "beats",
        "to",
        "→",
        "−",
    ];

    // what a number counts that is no tempo
    private static readonly string[] Counted = ["second", "seconds", "sec", "secs", "minute", "minutes", "min", "mins", "bars", "bit"];

    /// <summary>The tempi of a prompt, in its order.</summary>
    public IEnumerable<Claim<double>> Read(PromptText prompt)
    {
        int from = 0;
        for (int i = 0; i < prompt.Count; )
        {
            if ((WithUnit(prompt, i, from) ?? AfterLabel(prompt, i) ?? Bare(prompt, i)) is not { } claim)
            {
                i++;
                continue;
            }
            yield return claim;
            from = claim.End;
            i = from;
        }
    }

    // named where a unit stands within it: "100 bpm to 140"
    private sealed record Amount(double? Value, int End, bool Named = false);

    private Claim<double>? WithUnit(PromptText prompt, int i, int from)
    {
        if (prompt[i] is { Kind: TokenKind.Number, Glued: true } && prompt[i - 1].Kind == TokenKind.Word)
            return null;
        if (Range(prompt, i) is not { } amount)
            return null;
        int? within = amount.Named ? amount.End : null;
        if ((UnitAfter(prompt, amount.End) ?? within) is not { } end)
            return null;
        // "120/140 bpm", "100 or 120 bpm" and "100 bpm or 120" leave the choice open
        if (prompt.Is(i - 1, "/", "or") && ChoiceBefore(prompt, i - 1) is { } other)
            return Stated(prompt, other >= from ? other : i, end, i, null);
        if (prompt.Is(end, "or") && ChoiceAt(prompt, end + 1) is { } second && prompt.IsBoundary(second))
            return Stated(prompt, i, second, i, null);
        return Stated(prompt, i, end, i, amount.Value);
    }

    private Claim<double>? AfterLabel(PromptText prompt, int i)
    {
        bool beat = prompt.Is(i, "♩", "quarter", "crotchet", "q"),
            otherBeat = prompt.Is(i, "half", "minim", "eighth", "quaver");
        if (!beat && !otherBeat && !prompt.Is(i, "tempo", "metronome", "mm") && Unit(prompt, i) is null)
            return null;
        int next = beat || otherBeat ? i + 1 : Unit(prompt, i) ?? i + 1;
        bool linked = false,
            open = otherBeat;
        for (; Linking.Contains(prompt[next].Text) || TempoLimits.Compares(prompt, next); next++)
        {
            linked |= prompt.Is(next, ":", "=", "of", "is", "at", "to", "→");
            open |= TempoLimits.Compares(prompt, next) && !TempoLimits.IsBracket(prompt, next);
        }
        if ((beat || otherBeat) && !prompt.Is(next - 1, "=") || Range(prompt, next) is not { } amount)
            return null;
        open |= TempoLimits.Before(prompt, i) || TempoLimits.Before(prompt, next) || IsNegative(prompt, next);
        double? value = open ? null : amount.Value;
        if (UnitAfter(prompt, amount.End) is { } end)
            return Stated(prompt, i, end, next, value);
        if (prompt.Is(amount.End, "or", "/") && ChoiceAt(prompt, amount.End + 1) is { } second)
            return Stated(prompt, i, UnitAfter(prompt, second) ?? second, i, null);
        return IsOtherNumber(prompt, next, amount, linked) ? null : Stated(prompt, i, amount.End, i, value);
    }

    // "tempo 80s synths", "tempo 1980 synths", "tempo 4/4"
    private bool IsOtherNumber(PromptText prompt, int i, Amount amount, bool linked)
    {
        var after = prompt[amount.End];
        bool goesOn = after is { Kind: TokenKind.Word, Glued: true } || prompt.Is(amount.End, "%", "beats", "-");
        bool joined =
            prompt.Is(amount.End, "/", ":")
            && after.Glued
            && prompt[amount.End + 1] is { Kind: TokenKind.Number, Glued: true }
            && !IsCounted(prompt, amount.End + 2);
        if (goesOn || joined)
            return true;
        bool plain = prompt[i].Kind != TokenKind.Number || prompt[i].Text.Split('.')[0].Length is 2 or 3;
        return (!plain || !linked && !InRange(amount.Value)) && !prompt.IsBoundary(amount.End);
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

    // a null value is a change of tempo, a choice or a wide range
    private Claim<double> Stated(PromptText prompt, int first, int end, int number, double? value)
    {
        bool open = value is null || TempoLimits.Before(prompt, number) || TempoLimits.After(prompt, end),
            negative = IsNegative(prompt, number),
            denied = Denial.Before(prompt, number) || Denial.After(prompt, end);
        double? followed = !open && !negative && !denied && InRange(value) ? value : null;
        return new(negative && first == number ? first - 1 : first, end, followed, open);
    }

    // "-120 bpm", "tempo: -120"; elsewhere a dash parts, as in "techno -130 bpm" and in a list whose lines begin so
    private static bool IsNegative(PromptText prompt, int number)
    {
        int before = number - 2;
        if (!prompt.Is(number - 1, "−") || !prompt[number].Glued || prompt.Is(before, ",", ")", "\n"))
            return false;
        bool item = number == 1 && Enumerable.Range(1, prompt.Count).Any(i => prompt.Is(i, "−") && prompt.Is(i - 1, "\n"));
        return !item && (prompt.IsBoundary(before) || prompt.Is(before, "=", "at", "of", "is"));
    }

    // where a number begins that ends before a place
    private static int? ChoiceBefore(PromptText prompt, int end)
    {
        for (int start = Math.Max(0, end - 4); start < end; start++)
            if (ChoiceAt(prompt, start) == end)
                return start;
        return null;
    }

    // the place after a number that can be a tempo
    private static int? ChoiceAt(PromptText prompt, int i) =>
        NumberWords.At(prompt, i) is { Value: >= SlowestChoice and <= FastestChoice } number
        && prompt[number.End] is not { Kind: TokenKind.Word, Glued: true }
        && !IsCounted(prompt, number.End)
            ? number.End
            : null;

    // "tempo: 120 / 30 seconds"
    private static bool IsCounted(PromptText prompt, int end) => Counted.Contains(prompt[prompt.SkipHyphen(end)].Text);

    private bool InRange(double? value) => value >= slowest && value <= fastest;

    // one number, or two that are a range
    private static Amount? Range(PromptText prompt, int i)
    {
        if (NumberWords.At(prompt, i) is not { } first)
            return null;
        int end = prompt.IsHyphen(first.End) && prompt.Is(first.End + 1, "ish") ? first.End + 2 : first.End;
        int link = Unit(prompt, end) is { } unit && prompt.Is(unit, "-", "—", "to", ">", "→", "up", "down") ? unit : end;
        int start = link;
        bool change = prompt.Is(i - 1, "from");
        while (prompt.Is(link, "up", "down", ">", "→"))
            (change, link) = (true, link + 1);
        bool between = prompt.Is(link, "and") && prompt.Is(i - 1, "between"),
            linked = between || prompt.Is(link, "-", "—", "−", "~", "to") || change && link > start;
        int second = prompt.Is(link, "-", "—", "−", "~", "to", "and") ? link + 1 : link;
        if (!linked || NumberWords.At(prompt, second) is not { } last)
            return new(first.Value, end);
        bool named = start > end,
            parted = prompt.Is(start, "—"),
            other = ChoiceAt(prompt, second) is null;
        if (UnitAfter(prompt, last.End) is null && (named ? parted || other : parted && other))
            return new(first.Value, end); // "120 bpm - 3 minutes"
        double ratio = Math.Max(first.Value, last.Value) / Math.Max(1, Math.Min(first.Value, last.Value));
        return new(change || ratio > WidestRange ? null : (first.Value + last.Value) / 2, last.End, named);
    }

    // behind a number also "120/min"
    private static int? UnitAfter(PromptText prompt, int i)
    {
        if (Unit(prompt, i) is { } end)
            return end;
        return prompt.Is(i, "/", "per") && prompt.Is(i + 1, "min", "minute") ? i + 2 : null;
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
