namespace Melody.Prompting;

/// <summary>
/// Whether the words around a number make it a limit, a part of another tempo or the end of a change: "over 120 bpm", "twice 60 bpm",
/// "rises to 130 bpm".
/// </summary>
internal static class TempoLimits
{
    // how far before a number the word of a limit stands, and how many tokens a pair of angle brackets holds
    private const int Reach = 3,
        BracketReach = 8;

    private static readonly string[] Limits = ["than", "max", "maximum", "minimum", "until"];

    private static readonly string[] Positions = ["over", "under", "above", "below", "beyond", "past"];

    // what a position that limits a tempo follows; in "rap over 90 bpm drums" it is a place
    private static readonly string[] BeforePosition =
    [
        "tempo",
        "speed",
        "pace",
        "bpm",
        "is",
        "be",
        "stay",
        "stays",
        "it",
        "at",
        "of",
        "anything",
        "something",
        "somewhere",
        "anywhere",
        "always",
        "never",
        "not",
        "or",
        "and",
        "just",
        "well",
        "slightly",
        "far",
        "way",
        "bit",
        "little",
    ];

    private static readonly string[] Comparing =
    [
        .. Limits,
        .. Positions,
        "least",
        "most",
        "faster",
        "slower",
        "quicker",
        "higher",
        "lower",
        "more",
        "less",
        "up",
        "down",
        "not",
        "half",
        "twice",
        "double",
        "<",
        ">",
    ];

    private static readonly string[] Multiples = ["twice", "thrice", "double", "triple", "%"];

    private static readonly string[] AfterOr = ["more", "less", "faster", "slower", "higher", "lower", "above", "below"];

    private static readonly string[] Changes =
    [
        "increase",
        "increases",
        "increasing",
        "increased",
        "raise",
        "raises",
        "raising",
        "rise",
        "rises",
        "rising",
        "accelerate",
        "accelerates",
        "accelerating",
        "speeds",
        "speeding",
        "slow",
        "slows",
        "slowing",
        "decrease",
        "decreases",
        "decreasing",
        "reduce",
        "reduces",
        "reducing",
        "lower",
        "lowers",
        "lowering",
        "drop",
        "drops",
        "dropping",
        "fall",
        "falls",
        "falling",
        "ramp",
        "ramps",
        "ramping",
        "build",
        "builds",
        "building",
        "climb",
        "climbs",
        "climbing",
        "grow",
        "grows",
        "growing",
        "change",
        "changes",
        "changing",
        "up",
        "down",
    ];

    // changes that are also said of a song; they need what is changed, or nothing, behind them
    private static readonly string[] Adjectives = ["slow", "lower", "fall"];

    // what stands between a verb of change and its "to"
    private static readonly string[] Between =
    [
        "the",
        "this",
        "its",
        "my",
        "a",
        "it",
        "tempo",
        "pace",
        "speed",
        "bpm",
        "beat",
        "of",
        "song",
        "track",
        "piece",
        "music",
        "from",
        "over",
        "in",
        "at",
        "time",
        "bar",
        "bars",
        "end",
        "chorus",
        "verse",
        "towards",
        "all",
        "way",
        "back",
        "then",
        "slowly",
        "gradually",
        "steadily",
        "smoothly",
        "suddenly",
        "quickly",
    ];

    /// <summary>Whether a token behind "tempo" compares the number that follows.</summary>
    public static bool Compares(PromptText prompt, int i) => Comparing.Contains(prompt[i].Text);

    /// <summary>Whether the words before a number limit it: "faster than 120 bpm", "up to 120 bpm", "twice 60 bpm".</summary>
    public static bool Before(PromptText prompt, int number)
    {
        bool limit =
            prompt.Is(number - 1, "from", "exceeding")
            || prompt.Is(number - 1, "<", ">") && !IsBracket(prompt, number - 1)
            || prompt.Is(number - 1, "to") && prompt.Is(number - 2, "up", "down")
            || prompt.Is(number - 1, "=") && prompt.Is(number - 2, "<", ">");
        for (int back = 1; back <= Reach && !prompt.IsBoundary(number - back); back++)
            limit |= Limits.Contains(prompt[number - back].Text) || IsAtMost(prompt, number - back);
        return limit || IsPosition(prompt, number) || IsMultiple(prompt, number) || IsChange(prompt, number);
    }

    /// <summary>Whether the words behind a tempo limit it: "120 bpm or faster", "120 bpm max".</summary>
    public static bool After(PromptText prompt, int end) =>
        prompt.Is(end, "max", "maximum", "min", "minimum") || prompt.Is(end, "or") && AfterOr.Contains(prompt[end + 1].Text);

    /// <summary>Whether an angle bracket has its other half and compares nothing: "&lt;120 bpm&gt;", "&lt;b&gt;120 bpm".</summary>
    public static bool IsBracket(PromptText prompt, int sign)
    {
        bool opens = prompt.Is(sign, "<");
        if (!opens && !(prompt.Is(sign, ">") && prompt[sign].Glued))
            return false;
        for (int step = 1; step <= BracketReach; step++)
        {
            int at = opens ? sign + step : sign - step;
            if (prompt.IsBoundary(at))
                return false;
            if (prompt.Is(at, opens ? ">" : "<"))
                return opens ? prompt[at].Glued : prompt[at + 1].Kind != TokenKind.Number;
        }
        return false;
    }

    // "the most relaxed 90 bpm" is no limit
    private static bool IsAtMost(PromptText prompt, int i) =>
        prompt.Is(i, "least", "most") && prompt.Is(prompt.Is(i - 1, "the") ? i - 2 : i - 1, "at");

    private static bool IsPosition(PromptText prompt, int number)
    {
        int word = SkipAbout(prompt, number - 1);
        return Positions.Contains(prompt[word].Text) && (prompt.IsBoundary(word - 1) || BeforePosition.Contains(prompt[word - 1].Text));
    }

    // "half of 120 bpm", "twice as fast as 60 bpm", "3 times 40 bpm"; but "happy times 120 bpm", "the third 120 bpm loop"
    private static bool IsMultiple(PromptText prompt, int number)
    {
        int word = number - 1;
        while (prompt.Is(word, "as", "fast", "slow", "of", "the", "tempo", "speed"))
            word--;
        bool counted = NumberWords.At(prompt, word - 1) is { } count && count.End == word,
            related = prompt.Is(word + 1, "of", "as", "the");
        return prompt[word].Text switch
        {
            "times" => counted,
            "third" or "thirds" => counted || related && !prompt.Is(word - 1, "the"),
            "half" => !prompt.Is(word - 1, "first", "second", "other", "last", "latter")
                && (related || prompt.IsBoundary(word - 1) || prompt.Is(word - 1, "at")),
            var text => Multiples.Contains(text),
        };
    }

    // "increase the tempo to 160", "slowing down to 70 bpm"; but "a slow song set to 70 bpm"
    private static bool IsChange(PromptText prompt, int number)
    {
        int to = SkipAbout(prompt, number - 1);
        if (!prompt.Is(to, "to", "by"))
            return false;
        int verb = to - 1;
        while (prompt[verb].Kind == TokenKind.Number || Between.Contains(prompt[verb].Text))
            verb--;
        bool changing = prompt.Is(verb + 1, "to", "by", "up", "down", "the", "it", "its", "tempo");
        return Changes.Contains(prompt[verb].Text) && (changing || !Adjectives.Contains(prompt[verb].Text));
    }

    private static int SkipAbout(PromptText prompt, int i)
    {
        while (prompt.Is(i, "about", "around", "roughly", "approximately"))
            i--;
        return i;
    }
}
