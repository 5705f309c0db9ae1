using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Fréchet distance of two Gaussians, |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2) (Dowson and Landau, 1982): the
/// Fréchet audio distance of Kilgour et al. (2019) when the statistics are those of audio embeddings. Values of different
/// embeddings must never be compared with each other.
/// </summary>
internal static class FrechetDistance
{
    /// <summary>0 for equal Gaussians; in squared units of the embedding.</summary>
    public static double Between(GaussianStatistics a, GaussianStatistics b)
    {
        if (a.Mean.Length != b.Mean.Length)
            throw new ArgumentException("The embeddings have different lengths.", nameof(b));
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        long size = a.Mean.Length;
        var (first, second) = (tensor(a.Covariance, [size, size]), tensor(b.Covariance, [size, size]));
        var (values, vectors) = linalg.eigh(first);
        var root = vectors.matmul(diag(values.clamp_min(0).sqrt())).matmul(vectors.transpose(0, 1));
        var product = root.matmul(second).matmul(root);
        double cross = linalg.eigvalsh((product + product.transpose(0, 1)) / 2).clamp_min(0).sqrt().sum().item<double>();
        double distance = 0;
        for (int i = 0; i < size; i++)
        {
            double shift = a.Mean[i] - b.Mean[i];
            distance += shift * shift + a.Covariance[i * (size + 1)] + b.Covariance[i * (size + 1)];
        }
        return Math.Max(0, distance - 2 * cross);
    }
}
