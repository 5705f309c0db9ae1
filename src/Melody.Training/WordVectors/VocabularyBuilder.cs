using Melody.Conditioning;
using static TorchSharp.torch;

namespace Melody.Training.WordVectors;

/// <summary>A vocabulary and what its words and pieces start from.</summary>
/// <param name="Vocabulary">The words.</param>
/// <param name="Words">Vectors of the words in their order; NaN first where a word has none.</param>
/// <param name="Pieces">Vectors of all pieces, or empty when nothing is known.</param>
internal sealed record InitialVectors(Vocabulary Vocabulary, float[] Words, float[] Pieces)
{
    /// <summary>Puts the vectors into a tower made with this vocabulary; what has none keeps its random start.</summary>
    public void CopyTo(WordTower tower)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long width = tower.WordVectors.shape[1];
        if (Pieces.Length > 0)
            tower.PieceVectors.copy_(tensor(Pieces, [tower.PieceVectors.shape[0], width], ScalarType.Float32));
        if (Vocabulary.Count == 0)
            return;
        var rows = tower.WordVectors.narrow(0, 0, Vocabulary.Count);
        var known = tensor(Words, [Vocabulary.Count, width], ScalarType.Float32, rows.device);
        rows.copy_(where(known.isnan(), rows, known));
    }
}

/// <summary>
/// Chooses the words of a text tower: those of the captions; then, half and half, words nearest in meaning to them and
/// the most frequent words of the language, until the table is full.
/// </summary>
internal static class VocabularyBuilder
{
    /// <summary>A caption word that occurs less often may be a typing error and gets no row.</summary>
    public const int FewestOccurrences = 3;

    // words so frequent that they say nothing about music ("the", "year"): neighbours of these are not looked for
    private const int CommonWords = 300;

    // caption words whose neighbours are looked for, the most frequent ones first
    private const int Seeds = 1500;

    private const int RowsAtOnce = 8192;

    /// <param name="captions">All captions and tag lists of the corpus.</param>
    /// <param name="vectors">Pretrained vectors, or null: then only the captions' words are known and nothing is pretrained.</param>
    /// <param name="config">The tower that the words are for.</param>
    /// <exception cref="MelodyException">The vectors are of another width than the tower's.</exception>
    public static InitialVectors Build(IEnumerable<string> captions, PretrainedVectors? vectors, WordTowerConfig config)
    {
        if (vectors is not null && vectors.Width != config.VectorWidth)
            throw new MelodyException(
                $"The word vectors have {vectors.Width} values, but the model's have {config.VectorWidth}; use vectors of that width."
            );
        var said = CaptionWords(captions);
        var chosen = new List<string>(config.VocabularySize);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        void Choose(IEnumerable<string> words, int upTo)
        {
            foreach (var word in words)
            {
                if (chosen.Count >= upTo)
                    return;
                if (taken.Add(word))
                    chosen.Add(word);
            }
        }
        Choose(said, config.VocabularySize);
        if (vectors is not null)
        {
            Choose(Neighbours(said, vectors), chosen.Count + (config.VocabularySize - chosen.Count) / 2);
            Choose(vectors.Words, config.VocabularySize);
        }
        var vocabulary = new Vocabulary(chosen);
        if (vectors is null)
            return new(vocabulary, [.. Enumerable.Repeat(float.NaN, chosen.Count * config.VectorWidth)], []);
        var tokenizer = new WordTokenizer(vocabulary, config.Pieces, config.Tokens);
        var pieces = PieceFitting.Fit(vectors, tokenizer, config.Pieces);
        return new(vocabulary, Rows(chosen, vectors, tokenizer, pieces), pieces);
    }

    // caption words, the most frequent first; ties in alphabetical order
    private static List<string> CaptionWords(IEnumerable<string> captions)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var caption in captions)
        foreach (var word in WordSplitter.Split(caption))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        return
        [
            .. counts
                .Where(p => p.Value >= FewestOccurrences)
                .OrderByDescending(p => p.Value)
                .ThenBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => p.Key),
        ];
    }

    // all words by their largest cosine with a seed, the nearest first
    private static IEnumerable<string> Neighbours(List<string> said, PretrainedVectors vectors)
    {
        var seeds = said.Select(vectors.PlaceOf)
            .Where(place => place >= CommonWords || (place >= 0 && vectors.Words.Count <= CommonWords))
            .Take(Seeds)
            .ToArray();
        if (seeds.Length == 0)
            return [];
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var table = nn.functional.normalize(
            tensor(vectors.Values.ToArray(), [vectors.Words.Count, vectors.Width], ScalarType.Float32),
            dim: -1
        );
        var targets = table.index_select(0, tensor(seeds.Select(s => (long)s).ToArray(), ScalarType.Int64)).transpose(0, 1);
        var nearness = cat([.. table.split(RowsAtOnce).Select(rows => matmul(rows, targets).amax([1]))]).data<float>().ToArray();
        return Enumerable.Range(0, nearness.Length).OrderByDescending(i => nearness[i]).ThenBy(i => i).Select(i => vectors.Words[i]);
    }

    // a caption word without a vector starts where its pieces say
    private static float[] Rows(List<string> words, PretrainedVectors vectors, WordTokenizer tokenizer, float[] pieces)
    {
        int width = vectors.Width;
        var rows = new float[words.Count * width];
        for (int id = 0; id < words.Count; id++)
        {
            var row = rows.AsSpan(id * width, width);
            if (vectors.PlaceOf(words[id]) is >= 0 and var place)
            {
                vectors[place].CopyTo(row);
                continue;
            }
            var parts = tokenizer.PiecesOf(words[id]);
            foreach (int part in parts)
                for (int i = 0; i < width; i++)
                    row[i] += pieces[part * width + i] / parts.Length;
        }
        return rows;
    }
}
