using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// Windows of a signal and their overlap-add. Frame i is centred on hop i and the signal counts as silent beyond its
/// ends, so n hops make n frames, a frame depends on (window - hop) / 2 samples to either side of its hop and on nothing
/// else, and no sample inside knows how far away the ends are (the "same" padding of Vocos, arXiv 2306.00814).
/// </summary>
/// <param name="Length">Samples in a window, a multiple of the hop.</param>
/// <param name="HopLength">Samples from one frame to the next.</param>
internal sealed record ShortTimeFrames(int Length, int HopLength)
{
    /// <summary>Frequencies of a frame, length / 2 + 1.</summary>
    public int Bins => Length / 2 + 1;

    private int Overlap => Length / HopLength;

    private int Margin => (Length - HopLength) / 2;

    /// <summary>A sample depends on, or adds to, frames at most this far from its own.</summary>
    public int ContextFrames => (Margin + HopLength - 1) / HopLength;

    /// <summary>Signal [batch, frames * hop] -> spectra of its Hann-windowed frames, complex64 [batch, frames, length / 2 + 1].</summary>
    public Tensor Analyze(Tensor audio)
    {
        long frames = audio.shape[1] / HopLength;
        var hops = nn.functional.pad(audio, [Margin, Margin]).view(audio.shape[0], frames + Overlap - 1, HopLength);
        var windows = cat(Enumerable.Range(0, Overlap).Select(i => hops.narrow(1, i, frames)).ToArray(), -1);
        return fft.rfft(windows * Window(audio.device));
    }

    /// <summary>
    /// Spectra, complex64 [batch, frames, length / 2 + 1] -> signal [batch, frames * hop]: the least-squares inverse of
    /// <see cref="Analyze"/> (Griffin and Lim, 1984), Σ w y / Σ w² over the frames that reach a sample.
    /// </summary>
    public Tensor Synthesize(Tensor spectra)
    {
        var window = Window(spectra.device);
        var weight = window.square().expand(1, spectra.shape[1], Length);
        return Add(fft.irfft(spectra, Length) * window) / Add(weight);
    }

    // [batch, frames, length] -> [batch, frames * hop]
    private Tensor Add(Tensor windows)
    {
        long batch = windows.shape[0],
            frames = windows.shape[1];
        var parts = windows.reshape(batch, frames, Overlap, HopLength);
        var sum = nn.functional.pad(parts.select(2, 0), [0, 0, 0, Overlap - 1]);
        for (int i = 1; i < Overlap; i++)
            sum = sum + nn.functional.pad(parts.select(2, i), [0, 0, i, Overlap - 1 - i]);
        return sum.view(batch, -1).narrow(1, Margin, frames * HopLength);
    }

    private Tensor Window(Device device) => hann_window(Length, dtype: ScalarType.Float32, device: device);
}
