namespace Melody.Evaluation.Metrics;

/// <summary>Mean and unbiased covariance of embeddings.</summary>
/// <param name="Mean">D values.</param>
/// <param name="Covariance">D x D values in rows, symmetric.</param>
internal sealed record GaussianStatistics(double[] Mean, double[] Covariance)
{
    /// <summary>Of at least two embeddings of one length.</summary>
    /// <exception cref="MelodyException">There are fewer than two.</exception>
    public static GaussianStatistics Of(IReadOnlyList<float[]> embeddings)
    {
        if (embeddings.Count < 2)
            throw new MelodyException("A Fréchet distance needs at least two clips on each side; give more music.");
        int size = embeddings[0].Length;
        var mean = new double[size];
        foreach (var embedding in embeddings)
            for (int i = 0; i < size; i++)
                mean[i] += embedding[i] / (double)embeddings.Count;
        var covariance = new double[size * size];
        foreach (var embedding in embeddings)
            for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                covariance[i * size + j] += (embedding[i] - mean[i]) * (embedding[j] - mean[j]) / (embeddings.Count - 1);
        return new(mean, covariance);
    }
}
