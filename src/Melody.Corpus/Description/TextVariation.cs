using Melody.Corpus.Composition;

namespace Melody.Corpus.Description;

/// <summary>How people really type: British or American spelling, lower case, a missing full stop, a slip of the finger.</summary>
internal static class TextVariation
{
    private static readonly (string British, string American)[] Spellings =
    [
        ("colour", "color"),
        ("synthesiser", "synthesizer"),
        ("sombre", "somber"),
        ("smouldering", "smoldering"),
        ("neighbourhood", "neighborhood"),
        ("theatre", "theater"),
        ("metre", "meter"),
        ("analogue", "analog"),
        ("favourite", "favorite"),
        ("programme", "program"),
        ("grey", "gray"),
        ("mould", "mold"),
    ];

    /// <summary>The sentence as one person would type it.</summary>
    public static string Apply(string sentence, SeededRandom random)
    {
        string text = sentence;
        if (random.Chance(0.5))
            foreach (var (british, american) in Spellings)
                text = text.Replace(british, american, StringComparison.Ordinal);
        if (random.Chance(0.10))
            text = Slip(text, random);
        if (random.Chance(0.22))
            text = text.ToLowerInvariant();
        if (random.Chance(0.25))
            text = text.TrimEnd('.');
        return text;
    }

    // swaps, drops or doubles one letter inside a longer word of letters; numbers, keys and words that deny stay as they are
    private static string Slip(string text, SeededRandom random)
    {
        string[] words = text.Split(' ');
        int[] candidates = Enumerable
            .Range(0, words.Length)
            .Where(i => words[i].Length >= 6 && words[i].All(char.IsLower) && words[i] is not ("without" or "drumless"))
            .ToArray();
        if (candidates.Length == 0)
            return text;
        int at = random.Pick(candidates);
        string word = words[at];
        int i = random.Between(1, word.Length - 3);
        words[at] = random.Below(3) switch
        {
            0 => word[..i] + word[i + 1] + word[i] + word[(i + 2)..],
            1 => word.Remove(i, 1),
            _ => word.Insert(i, word[i].ToString()),
        };
        return string.Join(' ', words);
    }
}
