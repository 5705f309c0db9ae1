using Melody.Autoencoder;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// How well the light decoder predicts each bin of a short-time spectrum. The phase term is the squared distance between
/// the true direction and the expected one, weighted by the square root of the magnitude: its best answer is the mean
/// direction, whose length says how far the phase can be predicted at all.
/// </summary>
internal static class SpectralForecastLoss
{
    // 100 dB below a full-scale sine under a Hann window of 1,920 points; magnitudes are softened by it, not cut
    private const double Floor = 5e-3;

    /// <summary>The terms, each a float32 scalar: mean absolute error of natural-log magnitudes, and the phase term.</summary>
    public readonly record struct Terms(Tensor Magnitude, Tensor Phase);

    /// <summary>Compares a forecast with the true spectra, complex64 [batch, frames, bins]; phases from the second frame on.</summary>
    public static Terms Compare(SpectralForecast forecast, Tensor spectra)
    {
        var (real, imaginary) = (spectra.real, spectra.imag);
        var magnitude = (real.square() + imaginary.square()).clamp_min(1e-8).sqrt();
        var softened = 0.5 * (magnitude.square() + Floor * Floor).log();
        var heard = 0.5 * ((2 * forecast.LogMagnitude).exp() + Floor * Floor).log();
        var weight = magnitude.sqrt();
        var distance = (real / magnitude - forecast.Real).square() + (imaginary / magnitude - forecast.Imaginary).square();
        long frames = magnitude.shape[1];
        var (w, d) = (weight.narrow(1, 1, frames - 1), distance.narrow(1, 1, frames - 1));
        var ranks = RankGroup.Current;
        return new((heard - softened).abs().mean(), ranks.Total((w * d).sum()) / (ranks.Total(w.sum()) + 1e-3));
    }
}
