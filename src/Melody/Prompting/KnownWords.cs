using Melody.Conditioning;

namespace Melody.Prompting;

/// <summary>
/// Which words the joint embedding knows: those of its vocabulary, their plain English inflections, and these with one typing error.
/// </summary>
/// <param name="vocabulary">The words that have a vector of their own.</param>
internal sealed class KnownWords(Vocabulary vocabulary)
{
    private const int ShortestCorrected = 5;

    private static readonly (string Ending, string Stem)[] Inflections =
    [
        ("s", ""),
        ("es", ""),
        ("ies", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
        ("ily", "y"),
        ("er", ""),
        ("er", "e"),
        ("est", ""),
        ("est", "e"),
        ("ness", ""),
        ("less", ""),
        ("y", ""),
        ("ish", ""),
        ("like", ""),
    ];

    /// <summary>Whether a word, folded as tokens are, is one of them.</summary>
    public bool Contains(string word) =>
        word.Length == 1 && char.IsAsciiLetter(word[0])
        || vocabulary.IdOf(word) >= 0
        || Inflections.Any(form => word.EndsWith(form.Ending, StringComparison.Ordinal) && Has(word[..^form.Ending.Length] + form.Stem))
        || word.Length >= ShortestCorrected && vocabulary.Words.Any(known => IsTypingError(word, known));

    private bool Has(string stem) =>
        stem.Length >= 3 && (vocabulary.IdOf(stem) >= 0 || stem.Length > 3 && stem[^1] == stem[^2] && vocabulary.IdOf(stem[..^1]) >= 0);

    private static bool IsTypingError(string word, string known) =>
        known.Length >= ShortestCorrected - 1
        && Math.Abs(known.Length - word.Length) <= 1
        && (known[0] == word[0] || known[0] == word[1] && known[1] == word[0])
        && EditDistance.Between(word, known, 1) <= 1;
}
