using Melody.Audio;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Magnitudes of a short-time Fourier transform under a Hann window, scaled so that a sine of amplitude 1 reads 1 at its
/// peak (division by half the window's sum). Frame m is centred at sample m hop.
/// </summary>
/// <param name="Frames">Number of frames.</param>
/// <param name="Bins">Frequencies of a frame, FFT size / 2 + 1.</param>
/// <param name="Values">Magnitudes, [frames, bins] in rows.</param>
internal sealed record Spectrogram(int Frames, int Bins, float[] Values)
{
    /// <summary>Transforms one channel of sound.</summary>
    public static Spectrogram Of(ReadOnlySpan<float> samples, int fftSize, int hop)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var stft = new Stft(fftSize, hop);
        var magnitude = stft.Magnitude(tensor(samples.ToArray()).unsqueeze(0), floor: 0) * (4.0 / fftSize);
        var rows = magnitude[0].transpose(0, 1).contiguous();
        return new((int)rows.shape[0], (int)rows.shape[1], rows.data<float>().ToArray());
    }

    /// <summary>The magnitudes of a frame.</summary>
    public ReadOnlySpan<float> Frame(int index) => Values.AsSpan(index * Bins, Bins);

    /// <summary>Decibels of a magnitude, at least <paramref name="floor"/>.</summary>
    public static double Decibels(double magnitude, double floor = -80) => Math.Max(floor, 20 * Math.Log10(Math.Max(magnitude, 1e-12)));
}
