using Melody.Audio;
using Melody.Autoencoder.Magnitude;
using Melody.PhaseRetrieval;
using Melody.Runtime;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>
/// Predicted log-magnitudes with the roughness that synthesis gives them (<see cref="NoiseTexture"/>): where the spread tells
/// noise, the spectrum of one white noise is mixed in. A median is smooth where noise is rough; without this a discriminator would
/// teach the decoder to draw noise that nothing in the latents tells.
/// </summary>
/// <param name="config">Transform.</param>
/// <param name="options">Which spreads are tone and noise.</param>
internal sealed class NoisePicture(MagnitudeAutoencoderConfig config, SynthesisOptions options)
{
    private const double Least = 1e-8;

    // the median of a Rayleigh distribution is sqrt(2 ln 2) of the deviation of a part
    private readonly DeviceTensor _scale = new(device => 1 / (Stft.Window(config.FftSize, device).square().sum() * Math.Log(2)).sqrt());

    /// <summary>Predicted features -> log-magnitudes [batch, frames, bins], differentiable in both magnitudes and spreads.</summary>
    /// <param name="predicted">Features.</param>
    /// <param name="ranks">Draw the noise of a whole batch together.</param>
    public Tensor Of(PredictedFeatures predicted, RankGroup ranks)
    {
        var medians = predicted.Features.LogMagnitude;
        long batch = medians.shape[0],
            frames = medians.shape[1];
        var device = medians.device;
        var white = ranks.Normal(empty([batch, (frames - 1) * config.HopLength + config.FftSize], ScalarType.Float32, device));
        var noise = stft(
                white,
                config.FftSize,
                config.HopLength,
                config.FftSize,
                Stft.Window(config.FftSize, device),
                center: false,
                return_complex: true
            )
            .transpose(1, 2);
        var scale = _scale.On(device);
        var share = Share(predicted.LogSpread.exp());
        var rough = (share.clamp_min(Least).sqrt() * scale) * noise.real;
        var quadrature = (share.clamp_min(Least).sqrt() * scale) * noise.imag;
        var tone = (1 - share).clamp_min(Least).sqrt();
        return medians + 0.5 * ((tone + rough).square() + quadrature.square()).clamp_min(Least).log();
    }

    // a smooth step of the spread, as in the synthesis
    private Tensor Share(Tensor spread)
    {
        var x = ((spread - options.TonalSpread) / (options.NoiseSpread - options.TonalSpread)).clamp(0, 1);
        return x * x * (3 - 2 * x);
    }
}
