namespace Melody.Evaluation.Metrics;

/// <summary>How much several answers to one prompt differ: 1 minus the cosine of their embeddings, averaged over all pairs.</summary>
internal static class Diversity
{
    /// <summary>0 when all are alike, up to 2; NaN for fewer than two.</summary>
    public static double Of(IReadOnlyList<float[]> embeddings)
    {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < embeddings.Count; i++)
        for (int j = 0; j < i; j++, pairs++)
            sum += 1 - Cosine.Of(embeddings[i], embeddings[j]);
        return pairs == 0 ? double.NaN : sum / pairs;
    }
}
