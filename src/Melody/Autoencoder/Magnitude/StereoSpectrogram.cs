using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// Stereo sound to <see cref="SpectralFeatures"/> by a short-time Fourier transform with a periodic Hann window. Frame i is
/// centred at sample (i + 1/2) hop, so n hops of sound make n frames.
/// </summary>
/// <param name="sampleRate">Of the sound, Hz.</param>
/// <param name="fftSize">Samples in a window, N.</param>
/// <param name="hopLength">Samples between frames; N minus this is even.</param>
internal sealed class StereoSpectrogram(int sampleRate, int fftSize, int hopLength)
{
    /// <summary>The least magnitude that is told apart from silence: -100 dB of a full-scale sine.</summary>
    public const double Floor = 1e-5;

    private readonly StereoBands _bands = new(sampleRate, fftSize);

    /// <summary>Samples of context that the first and the last frame need on each side of the sound.</summary>
    public int Margin { get; } = (fftSize - hopLength) / 2;

    /// <summary>Frequencies of a frame.</summary>
    public int Bins { get; } = fftSize / 2 + 1;

    /// <summary>Sound [batch, 2, samples], samples a multiple of the hop, with silence around it, to samples / hop frames.</summary>
    public SpectralFeatures Analyze(Tensor audio) => AnalyzeWithin(nn.functional.pad(audio, [Margin, Margin]));

    /// <summary>
    /// Sound [batch, 2, frames * hop + 2 <see cref="Margin"/>], its first and last <see cref="Margin"/> samples context only,
    /// to this many frames.
    /// </summary>
    public SpectralFeatures AnalyzeWithin(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var spectra = fft.rfft(audio.unfold(-1, fftSize, hopLength) * Stft.Window(fftSize, audio.device)); // [batch, 2, frames, bins]
        var (left, right) = (spectra.select(1, 0), spectra.select(1, 1));
        var (leftPower, rightPower) = (Power(left), Power(right));
        var cross = left.real * right.real + left.imag * right.imag;
        const double sine = 16; // |X|² of a sine of amplitude 1 is (N / 4)²
        double scale = sine / ((double)fftSize * fftSize);
        var logMagnitude = ((leftPower + rightPower) * (0.5 * scale)).clamp_min(Floor * Floor).log() * 0.5;
        var bands = _bands.Matrix(audio.device);
        var (l, r, x) = (Smooth(matmul(leftPower, bands)), Smooth(matmul(rightPower, bands)), Smooth(matmul(cross, bands)));
        // in silence there is no place: balance 0, correlation 1
        double least = Floor * Floor / scale;
        var balance = (l - r) / (l + r + least);
        var correlation = ((x + least) / ((l * r).sqrt() + least)).clamp(-1, 1);
        return new(logMagnitude.MoveToOuterDisposeScope(), balance.MoveToOuterDisposeScope(), correlation.MoveToOuterDisposeScope());
    }

    private static Tensor Power(Tensor spectrum) => spectrum.real.square() + spectrum.imag.square();

    // one frame has too few bins in a low band to tell how alike its channels are
    private static Tensor Smooth(Tensor energies)
    {
        long frames = energies.shape[1];
        var padded = cat([energies.narrow(1, 0, 1), energies, energies.narrow(1, frames - 1, 1)], 1);
        return 0.25 * padded.narrow(1, 0, frames) + 0.5 * energies + 0.25 * padded.narrow(1, 2, frames);
    }
}
