using Melody.Conditioning;

namespace Melody.Prompting;

/// <summary>
/// Which words the joint embedding knows: those of its vocabulary, their plain English inflections, and these with one typing error; but no
/// instrument's name with a typing error, which the reader finds no instrument in.
/// </summary>
/// <param name="vocabulary">The words that have a vector of their own.</param>
internal sealed class KnownWords(Vocabulary vocabulary)
{
    private const int ShortestCorrected = 5;

    private static readonly string[] Instruments = [.. Lexicon.Default.InstrumentNames];

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
        || IsInflected(word)
        || !IsInstrumentMisspelled(word)
            && (
                vocabulary.IdOf(word) >= 0 || word.Length >= ShortestCorrected && vocabulary.Words.Any(known => IsTypingError(word, known))
            );

    private bool IsInflected(string word) =>
        Inflections.Any(form => word.EndsWith(form.Ending, StringComparison.Ordinal) && Has(word[..^form.Ending.Length] + form.Stem));

    // the vocabulary has typing errors among its words, so that it cannot tell; the lexicon lists the ordinary words that look like one
    private static bool IsInstrumentMisspelled(string word) =>
        word.Length >= ShortestCorrected && !Lexicon.Default.Lists(word) && Instruments.Any(name => IsTypingError(word, name));

    private bool Has(string stem) =>
        stem.Length >= 3
        && !IsInstrumentMisspelled(stem)
        && (vocabulary.IdOf(stem) >= 0 || stem.Length > 3 && stem[^1] == stem[^2] && vocabulary.IdOf(stem[..^1]) >= 0);

    private static bool IsTypingError(string word, string known) =>
        known.Length >= ShortestCorrected - 1
        && Math.Abs(known.Length - word.Length) <= 1
        && (known[0] == word[0] || known[0] == word[1] && known[1] == word[0])
        && EditDistance.Between(word, known, 1) <= 1;
}
