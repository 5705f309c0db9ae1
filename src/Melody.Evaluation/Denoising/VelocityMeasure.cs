using Melody.Diffusion;
using Melody.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Denoising;

/// <summary>How well the velocity is predicted at one angle (MeLoDy, table 5).</summary>
/// <param name="Degrees">The angle: 0 is clean, 90 pure noise.</param>
/// <param name="VelocityError">Mean squared error of the velocity.</param>
/// <param name="SiSnrImprovement">
/// Scale-invariant signal-to-noise ratio of the latents that the prediction points to, less that of the noisy latents, dB.
/// </param>
internal sealed record VelocityScore(double Degrees, double VelocityError, double SiSnrImprovement);

/// <summary>Compares a predicted velocity with the true one.</summary>
internal static class VelocityMeasure
{
    /// <summary>One piece of latents at several angles at once.</summary>
    /// <param name="latents">As the denoiser sees them, [1, L, D].</param>
    /// <param name="noise">From N(0, 1), [angles, L, D].</param>
    /// <param name="degrees">Angles, each of all frames.</param>
    /// <param name="velocity">The network, or an oracle.</param>
    public static IReadOnlyList<VelocityScore> Of(Tensor latents, Tensor noise, IReadOnlyList<double> degrees, VelocityFunction velocity)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        long count = degrees.Count,
            frames = latents.shape[1];
        var angles = tensor(degrees.Select(d => (float)(d * Math.PI / 180)).ToArray(), [count, 1], device: latents.device)
            .expand(count, frames);
        var clean = latents.to_type(ScalarType.Float32).expand(count, -1, -1);
        var noisy = VelocityObjective.Noisy(clean, noise, angles);
        var predicted = velocity(noisy, angles).to_type(ScalarType.Float32);
        var errors = Values((predicted - VelocityObjective.Velocity(clean, noise, angles)).square().mean([1, 2]));
        var (truth, before, after) = (Values(latents), Values(noisy), Values(VelocityObjective.Clean(noisy, predicted, angles)));
        int size = truth.Length;
        return
        [
            .. degrees.Select(
                (d, i) =>
                    new VelocityScore(
                        d,
                        errors[i],
                        ScaleInvariantSdr.Of(truth, after.AsSpan(i * size, size))
                            - ScaleInvariantSdr.Of(truth, before.AsSpan(i * size, size))
                    )
            ),
        ];
    }

    private static float[] Values(Tensor values) => values.to_type(ScalarType.Float32).contiguous().cpu().data<float>().ToArray();
}
