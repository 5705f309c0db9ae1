namespace Melody.Conditioning;

/// <summary>A word of a text as the word tower reads it.</summary>
/// <param name="Text">The word after splitting.</param>
/// <param name="Word">Id in the vocabulary, or -1 when it is read by its pieces.</param>
internal readonly record struct WordToken(string Text, int Word);

/// <summary>
/// Text -> words of the vocabulary. A word that is not in it is taken for the nearest one that a typing error explains;
/// failing that, it is read by hashed character n-grams (Bojanowski et al., "Enriching word vectors with subword
/// information", 2017), so that no text is without meaning and none is refused.
/// </summary>
/// <param name="vocabulary">The words with a vector of their own.</param>
/// <param name="pieces">Rows of the table of hashed pieces.</param>
/// <param name="limit">Words that are read of a text.</param>
internal sealed class WordTokenizer(Vocabulary vocabulary, int pieces, int limit)
{
    /// <summary>Shorter words are never taken for a typing error.</summary>
    public const int ShortestCorrected = 4;

    /// <summary>From this length on, two errors are forgiven instead of one.</summary>
    public const int TwoErrorsFrom = 8;

    private const int ShortestPiece = 3,
        LongestPiece = 5;

    /// <summary>The words of a text, the first ones if there are too many.</summary>
    public List<WordToken> Tokenize(string text) =>
        [.. WordSplitter.Split(text).Take(limit).Select(word => new WordToken(word, Find(word)))];

    /// <summary>
    /// Rows of the piece table for a word: every n-gram of 3 to 5 characters of "&lt;word&gt;" and the whole, hashed.
    /// </summary>
    public int[] PiecesOf(string word)
    {
        string marked = $"<{word}>";
        var rows = new List<int> { Bucket(marked) };
        for (int length = ShortestPiece; length <= LongestPiece; length++)
        for (int start = 0; start + length <= marked.Length; start++)
            if (length < marked.Length)
                rows.Add(Bucket(marked.AsSpan(start, length)));
        return [.. rows];
    }

    private int Find(string word)
    {
        int id = vocabulary.IdOf(word);
        return id >= 0 || word.Length < ShortestCorrected || char.IsAsciiDigit(word[0]) ? id : Nearest(word);
    }

    // the first letter is nearly always typed right, or swapped with the second
    private int Nearest(string word)
    {
        int allowed = word.Length >= TwoErrorsFrom ? 2 : 1,
            best = allowed + 1,
            found = -1;
        for (int id = 0; id < vocabulary.Count && best > 1; id++)
        {
            string known = vocabulary.Words[id];
            if (known.Length < ShortestCorrected || Math.Abs(known.Length - word.Length) >= best)
                continue;
            if (known[0] != word[0] && (known[0] != word[1] || known[1] != word[0]))
                continue;
            int distance = EditDistance.Between(word, known, best - 1);
            if (distance < best)
                (best, found) = (distance, id);
        }
        return found;
    }

    // FNV-1a, 32 bits, over UTF-16 units
    private int Bucket(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = (hash ^ (byte)c) * 16777619;
            hash = (hash ^ (byte)(c >> 8)) * 16777619;
        }
        return (int)(hash % (uint)pieces);
    }
}
