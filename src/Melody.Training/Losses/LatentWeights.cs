using Melody.Autoencoder;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// How much each latent channel is heard. An autoencoder whose latents have unit variance hides that a few of them carry most of the
/// sound: a denoiser that weighs all alike spends itself on what is hardly heard and can hardly be predicted.
/// </summary>
internal static class LatentWeights
{
    // of the range of latents, -1 to 1
    private const double Step = 0.1;

    /// <summary>
    /// The mean square of what a small step of each channel changes in the spectra of some music, dB, to a power: float32 [D], 1 in the
    /// mean.
    /// </summary>
    /// <param name="codec">Decodes latents to the levels of spectra.</param>
    /// <param name="latents">Of music, [batch, frames, D] in [-1, 1].</param>
    /// <param name="power">1 weighs by the energy of the change, 0 all channels alike.</param>
    public static Tensor Measure(ISoundCodec codec, Tensor latents, double power)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var levels = codec.DecodeLevels(latents);
        var shares = tensor(MelDensity.Of((int)levels.shape[1], codec.SampleRate), device: latents.device);
        var changes = new double[latents.shape[2]];
        for (long channel = 0; channel < changes.Length; channel++)
        {
            using var inner = NewDisposeScope();
            var moved = latents.clone();
            moved.select(2, channel).add_(Step);
            var change = (codec.DecodeLevels(moved) - levels).square().mean([0L, 2L]);
            changes[channel] = Math.Pow((change * shares).sum().item<float>(), power);
        }
        double mean = changes.Average();
        return mean > 0 && double.IsFinite(mean)
            ? tensor(Array.ConvertAll(changes, c => (float)(c / mean)), device: latents.device).MoveToOuterDisposeScope()
            : throw new MelodyException("The autoencoder's sound does not depend on its latents; it has not been trained.");
    }
}
