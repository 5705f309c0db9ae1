using Melody.Conditioning;

namespace Melody.Training.WordVectors;

/// <summary>
/// Vectors for hashed pieces such that the mean of a word's pieces comes near the word's own vector, so that a word
/// outside the vocabulary starts near words it shares letters with. Least mean squares over the words, in order, with a
/// falling step.
/// </summary>
internal static class PieceFitting
{
    private const int Passes = 4;
    private const double FirstStep = 0.5,
        LastStep = 0.05;

    /// <summary>Piece vectors, one after the other, [pieces * width].</summary>
    /// <param name="vectors">What to fit; the first <paramref name="words"/> words of it.</param>
    /// <param name="tokenizer">Says which pieces a word has.</param>
    /// <param name="pieces">Rows of the table.</param>
    /// <param name="words">How many words take part.</param>
    public static float[] Fit(PretrainedVectors vectors, WordTokenizer tokenizer, int pieces, int words = 20_000)
    {
        int width = vectors.Width,
            count = Math.Min(words, vectors.Words.Count);
        var table = new float[pieces * width];
        var rows = Enumerable.Range(0, count).Select(i => tokenizer.PiecesOf(vectors.Words[i])).ToArray();
        var error = new float[width];
        for (int pass = 0; pass < Passes; pass++)
        {
            float step = (float)(FirstStep * Math.Pow(LastStep / FirstStep, pass / (Passes - 1.0)));
            for (int word = 0; word < count; word++)
            {
                vectors[word].CopyTo(error);
                foreach (int piece in rows[word])
                    for (int i = 0; i < width; i++)
                        error[i] -= table[piece * width + i] / rows[word].Length;
                foreach (int piece in rows[word])
                    for (int i = 0; i < width; i++)
                        table[piece * width + i] += step * error[i];
            }
        }
        return table;
    }
}
