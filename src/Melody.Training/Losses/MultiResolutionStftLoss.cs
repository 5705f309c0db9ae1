using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// How far two signals' spectrograms lie apart, over several resolutions. The paper's term is the sum over seven
/// resolutions of the mean absolute difference of magnitudes; log-magnitude and spectral-convergence terms
/// (Yamamoto et al., "Parallel WaveGAN", 2020) may be added, which quiet sounds and the treble need.
/// </summary>
internal sealed class MultiResolutionStftLoss
{
    /// <summary>FFT sizes of the paper's seven resolutions; window = FFT / 2, hop = FFT / 4 (of the two smallest, 16 and 8).</summary>
    private static readonly int[] PaperSizes = [8192, 4096, 2048, 512, 128, 64, 32];

    private const double Floor = 1e-5;

    private readonly IReadOnlyList<Stft> _resolutions;

    /// <param name="resolutions">The STFTs to compare.</param>
    public MultiResolutionStftLoss(IEnumerable<Stft> resolutions) => _resolutions = [.. resolutions];

    /// <summary>The seven resolutions of the paper.</summary>
    public static MultiResolutionStftLoss Paper() => new(PaperSizes.Select(size => new Stft(size, size / 4, size / 2)));

    /// <summary>Five resolutions with windows from 5 to 85 ms at 24 kHz.</summary>
    public static MultiResolutionStftLoss Compact() =>
        new(new[] { 2048, 1024, 512, 256, 128 }.Select(size => new Stft(size, size / 4, size)));

    /// <summary>The terms of the loss, each a float32 scalar, summed (magnitude) or averaged (the others) over resolutions.</summary>
    /// <param name="Magnitude">Mean absolute difference of magnitudes.</param>
    /// <param name="LogMagnitude">Mean absolute difference of natural-log magnitudes, floored at 1e-5.</param>
    /// <param name="Convergence">Norm of the difference over the norm of the target.</param>
    public readonly record struct Terms(Tensor Magnitude, Tensor LogMagnitude, Tensor Convergence);

    /// <summary>Compares audio [batch, samples] with its target.</summary>
    public Terms Compare(Tensor audio, Tensor target)
    {
        Tensor? magnitude = null,
            log = null,
            convergence = null;
        foreach (var stft in _resolutions)
        {
            var distance = SpectralDistance.Between(stft.Spectrum(audio), stft.Spectrum(target), Floor);
            Accumulate(ref magnitude, distance[0]);
            Accumulate(ref log, distance[1]);
            Accumulate(ref convergence, distance[2]);
        }
        return new(magnitude!, log! / _resolutions.Count, convergence! / _resolutions.Count);
    }

    private static void Accumulate(ref Tensor? sum, Tensor term) => sum = sum is null ? term : sum + term;
}
