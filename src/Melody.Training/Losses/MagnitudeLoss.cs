using Melody.Audio;
using Melody.Autoencoder.Magnitude;
using Melody.Runtime;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// How far predicted features lie from true ones: log-magnitudes bin by bin, weighted so that every mel counts alike; the
/// energies of mel bands, since the median that a distance of bins learns lies 1.6 dB below the energy of noise; the
/// likelihood of the spread; and the stereo figures where there is something to hear.
/// </summary>
internal sealed class MagnitudeLoss
{
    private const int MelBands = 96;

    // -90 dB of a full-scale sine
    private const double MelFloor = 1e-9;

    private const double QuietestDecibels = -80,
        LoudestDecibels = -20;

    private readonly float[] _weights;
    private readonly DeviceTensor _binWeights;
    private readonly MelFilterBank _mel;
    private readonly StereoBands _bands;

    /// <param name="config">Sample rate and transform of the features.</param>
    public MagnitudeLoss(MagnitudeAutoencoderConfig config)
    {
        _weights = MelDensity.Of(config.Bins, config.SampleRate);
        _binWeights = new(device => tensor(_weights, device: device));
        _mel = new(config.SampleRate, config.FftSize, MelBands, scale: MelScale.Slaney);
        _bands = new(config.SampleRate, config.FftSize);
    }

    /// <summary>How much each bin counts, [bins], 1 in the mean.</summary>
    public IReadOnlyList<float> BinWeights => _weights;

    /// <summary>The terms, each a float32 scalar; 0 for equal features, apart from <see cref="MagnitudeTerms.Spread"/>.</summary>
    public MagnitudeTerms Compare(PredictedFeatures predicted, SpectralFeatures target)
    {
        var weights = _binWeights.On(target.LogMagnitude.device);
        var (guess, truth) = (predicted.Features, target);
        var error = (guess.LogMagnitude - truth.LogMagnitude).abs();
        var spread = error.detach() * (-predicted.LogSpread).exp() + predicted.LogSpread;
        var mel = Mel(guess.LogMagnitude) - Mel(truth.LogMagnitude);
        var heard = Audibility(truth.LogMagnitude);
        var share = heard / (RankGroup.Current.Mean(heard.mean()) + 1e-6);
        return new(
            (error * weights).mean(),
            mel.abs().mean(),
            mel.mean(),
            (spread * weights).mean(),
            ((guess.Balance - truth.Balance).abs() * share).mean(),
            ((guess.Correlation - truth.Correlation).abs() * share).mean()
        );
    }

    // [batch, frames, bins] -> log-amplitudes [batch, bands, frames]
    private Tensor Mel(Tensor logMagnitude) => (_mel.Apply((2 * logMagnitude).exp().transpose(1, 2)) + MelFloor).log() * 0.5;

    // 0 for a band at -80 dB of a full-scale sine or below, 1 from -20 dB on
    private Tensor Audibility(Tensor logMagnitude)
    {
        var bands = matmul((2 * logMagnitude).exp(), _bands.Matrix(logMagnitude.device));
        var decibels = (bands + 1e-12).log10() * 10;
        return ((decibels - QuietestDecibels) / (LoudestDecibels - QuietestDecibels)).clamp(0, 1);
    }
}

/// <summary>The terms of a <see cref="MagnitudeLoss"/>.</summary>
/// <param name="Magnitude">Mean absolute error of log-magnitudes, every mel alike, nepers.</param>
/// <param name="Mel">Mean absolute error of the log-amplitudes of mel bands, nepers.</param>
/// <param name="MelBias">Mean signed error of the same: below 0 where the prediction is too quiet.</param>
/// <param name="Spread">Negative log-likelihood of the errors under the predicted spread; without a gradient for the magnitudes.</param>
/// <param name="Balance">Mean absolute error of the balance of audible bands.</param>
/// <param name="Correlation">Mean absolute error of the correlation of audible bands.</param>
internal sealed record MagnitudeTerms(Tensor Magnitude, Tensor Mel, Tensor MelBias, Tensor Spread, Tensor Balance, Tensor Correlation);
