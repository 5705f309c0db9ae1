namespace Melody.Prompting;

/// <summary>Whether a tempo, key or metre is named only to be excluded: "not in A minor", "never a waltz", "120 bpm? no".</summary>
internal static class Denial
{
    private static readonly string[] Skipped = ["in", "a", "an", "the", "at", "any", "around", "about", "exactly", "key", "of"];
    private static readonly string[] Deniers = ["not", "no", "never", "without", "non", "isnt", "avoid", "dont", "avoiding", "cannot"];

    /// <summary>Whether the words before a token deny it.</summary>
    public static bool Before(PromptText prompt, int i)
    {
        i--;
        while (prompt.IsHyphen(i) || Skipped.Contains(prompt[i].Text))
            i--;
        return Deniers.Contains(prompt[i].Text);
    }

    /// <summary>Whether an answer behind a statement denies it: "120 bpm? no".</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="end">The place after the statement.</param>
    public static bool After(PromptText prompt, int end)
    {
        int answer = prompt.Is(end, "?", ":", "—", "(", ",") ? end + 1 : end,
            next = answer + 1;
        if (!prompt.Is(answer, "no", "nope", "nah", "never", "not"))
            return false;
        return prompt.IsBoundary(next) && !prompt.Is(next, "(", "—") || prompt.Is(next, "thanks", "thank");
    }
}
