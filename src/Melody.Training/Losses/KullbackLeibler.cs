using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>KL(N(mean, variance) to N(0, 1)), the mean over all elements.</summary>
internal static class KullbackLeibler
{
    /// <summary>0.5 (mean² + variance - 1 - log variance), averaged: a float32 scalar.</summary>
    public static Tensor ToStandardNormal(Tensor mean, Tensor logVariance) =>
        0.5 * (mean.square() + logVariance.exp() - 1 - logVariance).mean();
}
