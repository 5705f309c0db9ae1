using Melody.Foundation;

namespace Melody.Prompting;

/// <summary>Reads numbers written in digits or in English words: "120", "ninety-five", "one hundred and twenty", "one twenty".</summary>
internal static class NumberWords
{
    /// <summary>The number that begins at a token, and the place after it; null where none does.</summary>
    public static (double Value, int End)? At(PromptText prompt, int i)
    {
        if (prompt[i].Kind == TokenKind.Number)
            return (prompt[i].Value, i + 1);
        if (Hundreds(prompt, i) is { } hundreds)
        {
            int rest = prompt.Is(hundreds.End, "and") ? hundreds.End + 1 : prompt.SkipHyphen(hundreds.End);
            return BelowHundred(prompt, rest) is { } small ? (hundreds.Value + small.Value, small.End) : hundreds;
        }
        return BelowHundred(prompt, i);
    }

    // "a hundred", "two hundred", and "one" before a number of two digits
    private static (double Value, int End)? Hundreds(PromptText prompt, int i)
    {
        int next = prompt.SkipHyphen(i + 1);
        double count =
            prompt.Is(i, "a", "one") ? 1
            : prompt.Is(i, "two") ? 2
            : 0;
        if (prompt.Is(i, "hundred"))
            return (100, i + 1);
        if (count > 0 && prompt.Is(next, "hundred"))
            return (100 * count, next + 1);
        return count > 0 && !prompt.Is(i, "a") && BelowHundred(prompt, next) is { Value: >= 10 } ? (100 * count, i + 1) : null;
    }

    private static (double Value, int End)? BelowHundred(PromptText prompt, int i)
    {
        if (Find(EnglishNumbers.Small, prompt[i]) is >= 0 and var small)
            return (small, i + 1);
        if (Find(EnglishNumbers.Tens, prompt[i]) is not (>= 0 and var tens))
            return null;
        int next = prompt.SkipHyphen(i + 1);
        return Find(EnglishNumbers.Small, prompt[next]) is > 0 and < 10 and var ones
            ? (20 + 10 * tens + ones, next + 1)
            : (20 + 10 * tens, i + 1);
    }

    private static int Find(IReadOnlyList<string> names, Token token)
    {
        for (int i = 0; i < names.Count; i++)
            if (names[i] == token.Text)
                return i;
        return -1;
    }
}
