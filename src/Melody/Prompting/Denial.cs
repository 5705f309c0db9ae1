namespace Melody.Prompting;

/// <summary>Whether a tempo, key or metre is named only to be excluded: "not in A minor", "never a waltz".</summary>
internal static class Denial
{
    private static readonly string[] Skipped = ["in", "a", "an", "the", "at", "any", "around", "about", "exactly"];
    private static readonly string[] Deniers = ["not", "no", "never", "without", "non", "isnt", "avoid", "dont", "avoiding", "cannot"];

    /// <summary>Whether the words before a token deny it.</summary>
    public static bool Before(PromptText prompt, int i)
    {
        i--;
        while (prompt.IsHyphen(i) || Skipped.Contains(prompt[i].Text))
            i--;
        return Deniers.Contains(prompt[i].Text);
    }
}
