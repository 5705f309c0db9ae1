using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Training.Optimization;

/// <summary>
/// Muon (Jordan et al., 2024, https://kellerjordan.github.io/posts/muon/): the running mean of a matrix's gradient is brought to singular
/// values of about one before it is added, so that rare directions are learned as fast as frequent ones. Updates have the size of Adam's
/// (Liu et al., 2025, arXiv 2502.16982), so that its learning rates and weight decays hold.
/// </summary>
internal static class Muon
{
    private const double Momentum = 0.95,
        Size = 0.2;
    private const int Iterations = 5;

    // input, output and tables are no maps between hidden values
    private static readonly string[] Ends = ["embedding", "table", "input", "outputs", "latent_forecast"];

    /// <summary>Whether a parameter is a matrix between hidden values, which is what Muon is for.</summary>
    /// <param name="name">Its name in the network.</param>
    /// <param name="parameter">The parameter.</param>
    public static bool Serves(string name, Tensor parameter) =>
        parameter.dim() == 2 && name != "output.weight" && !name.Split('.').Any(part => Ends.Contains(part, StringComparer.Ordinal));

    /// <summary>One update of a bucket from its gradient, which is overwritten.</summary>
    public static void Update(ParameterBucket bucket, AdamWFactors factors, double learningRate)
    {
        bucket.Gradient.mul_(factors.Gradient);
        bucket.Mean.lerp_(bucket.Gradient, 1 - Momentum);
        bucket.Gradient.lerp_(bucket.Mean, Momentum); // Nesterov's: the mean as it would be with this gradient once more
        if (factors.ValueKept != 1)
            bucket.Values.mul_(factors.ValueKept);
        foreach (var alike in bucket.Matrices.GroupBy(matrix => (matrix.Values.shape[0], matrix.Values.shape[1])))
        {
            using var scope = NewDisposeScope();
            double largest = Math.Max(alike.Key.Item1, alike.Key.Item2);
            var updates = Orthogonal(stack([.. alike.Select(matrix => matrix.Gradient)])).unbind();
            foreach (var ((values, _), update) in alike.Zip(updates))
                values.add_(update, -learningRate * Size * Math.Sqrt(largest));
        }
        bucket.Average?.lerp_(bucket.Values, factors.AverageStep);
    }

    /// <summary>
    /// Matrices with the singular vectors of others and singular values between about 0.7 and 1.2, by an odd polynomial that is applied to
    /// them again and again (a Newton-Schulz iteration), in the precision of matrix products: bfloat16 is enough.
    /// </summary>
    /// <param name="matrices">[..., rows, columns].</param>
    /// <returns>float32, of the same shape.</returns>
    public static Tensor Orthogonal(Tensor matrices)
    {
        using var scope = NewDisposeScope();
        bool tall = matrices.shape[^2] > matrices.shape[^1];
        var x = tall ? matrices.transpose(-1, -2) : matrices;
        x = ComputePrecision.Cast(x / (x.square().sum([-2L, -1L], keepdim: true).sqrt() + 1e-7));
        for (int i = 0; i < Iterations; i++)
        {
            var square = x.matmul(x.transpose(-1, -2));
            var factor = square.matmul(square).mul_(2.0315).add_(square, -4.7750);
            x = factor.matmul(x).add_(x, 3.4445);
        }
        return (tall ? x.transpose(-1, -2) : x).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
