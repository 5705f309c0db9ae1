using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>The least-squares GAN losses and feature matching (paper, audio VAE-GAN; Mao et al., 2017; HiFi-GAN).</summary>
internal static class AdversarialLoss
{
    /// <summary>Sum over discriminators of mean (D(x) - 1)² + mean D(x̂)².</summary>
    public static Tensor Discriminator(IReadOnlyList<IReadOnlyList<Tensor>> real, IReadOnlyList<IReadOnlyList<Tensor>> generated) =>
        Sum(real.Zip(generated, (r, g) => (Float(r[^1]) - 1).square().mean() + Float(g[^1]).square().mean()));

    /// <summary>Sum over discriminators of mean (D(x̂) - 1)².</summary>
    public static Tensor Generator(IReadOnlyList<IReadOnlyList<Tensor>> generated) =>
        Sum(generated.Select(g => (Float(g[^1]) - 1).square().mean()));

    /// <summary>Sum over discriminators of the mean over layers of the mean absolute difference of features, scores left out.</summary>
    public static Tensor FeatureMatching(IReadOnlyList<IReadOnlyList<Tensor>> real, IReadOnlyList<IReadOnlyList<Tensor>> generated) =>
        Sum(
            real.Zip(generated, (r, g) =>
                Sum(r.Zip(g).SkipLast(1).Select(p => (Float(p.First).detach() - Float(p.Second)).abs().mean())) / (r.Count - 1)
            )
        );

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);

    private static Tensor Float(Tensor tensor) => tensor.to_type(ScalarType.Float32);
}
