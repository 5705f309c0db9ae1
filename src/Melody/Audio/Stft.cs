using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Audio;

/// <summary>
/// Short-time Fourier transform X[k, m] = sum_n w[n] x[n + m hop] exp(-2 pi i k n / N) with a periodic Hann window,
/// one-sided, and its least-squares inverse (overlap-add divided by the sum of squared windows; Griffin and Lim 1984).
/// Centred frames (the default) are taken from audio that was reflected by N / 2 at both ends, so frame m is centred at
/// sample m hop. Everything runs in float32 and is differentiable.
/// </summary>
/// <param name="fftSize">N, samples.</param>
/// <param name="hop">Samples between frames.</param>
/// <param name="windowSize">Samples under the window, at most N; null means N. A shorter window sits in the middle of the frame.</param>
/// <param name="centered">Whether the audio is reflected at its ends first.</param>
internal sealed class Stft(int fftSize, int hop, int? windowSize = null, bool centered = true)
{
    private static readonly ConcurrentDictionary<(int Size, DeviceType Type, int Index), Tensor> Windows = new();

    /// <summary>N, samples.</summary>
    public int FftSize { get; } = fftSize > 1 ? fftSize : throw new ArgumentOutOfRangeException(nameof(fftSize));

    /// <summary>Samples between frames.</summary>
    public int Hop { get; } = hop > 0 ? hop : throw new ArgumentOutOfRangeException(nameof(hop));

    /// <summary>Samples under the window.</summary>
    public int WindowSize { get; } =
        windowSize is null ? fftSize
        : windowSize >= 1 && windowSize <= fftSize ? windowSize.Value
        : throw new ArgumentOutOfRangeException(nameof(windowSize));

    /// <summary>Frequencies: N / 2 + 1.</summary>
    public int Bins => FftSize / 2 + 1;

    /// <summary>Number of frames for that many samples.</summary>
    public long Frames(long samples) =>
        centered ? 1 + Math.Max(samples, FftSize / 2 + 1) / Hop
        : samples < FftSize ? 0
        : 1 + (samples - FftSize) / Hop;

    /// <summary>Complex spectrum [batch, bins, frames] of audio [batch, samples].</summary>
    public Tensor Spectrum(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var x = audio.to_type(ScalarType.Float32);
        // Reflection needs more samples than it adds; shorter audio is followed by silence.
        long missing = FftSize / 2 + 1 - x.shape[^1];
        if (centered && missing > 0)
            x = nn.functional.pad(x, [0, missing]);
        var spectrum = stft(
            x,
            FftSize,
            Hop,
            WindowSize,
            Window(WindowSize, audio.device),
            centered,
            PaddingModes.Reflect,
            normalized: false,
            onesided: true,
            return_complex: true
        );
        return spectrum.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Magnitudes max(|X|, <paramref name="floor"/>), [batch, bins, frames], of audio [batch, samples]; in silence their
    /// gradient is 0.
    /// </summary>
    public Tensor Magnitude(Tensor audio, double floor = 1e-5)
    {
        using var scope = NewDisposeScope();
        return Spectrum(audio).abs().clamp_min(floor).MoveToOuterDisposeScope();
    }

    /// <summary>Audio [batch, samples] whose spectrum comes nearest to complex [batch, bins, frames].</summary>
    /// <param name="spectrum">Complex64 [batch, bins, frames].</param>
    /// <param name="samples">Length of the result; by default (frames - 1) hop when centred.</param>
    public Tensor Inverse(Tensor spectrum, long samples = -1) =>
        istft(
            spectrum,
            FftSize,
            Hop,
            WindowSize,
            Window(WindowSize, spectrum.device),
            centered,
            normalized: false,
            onesided: true,
            length: samples
        );

    /// <summary>The periodic Hann window, made once for each size and device and never disposed.</summary>
    internal static Tensor Window(int size, Device device) =>
        Windows.GetOrAdd(
            (size, device.type, device.index),
            static (key, where) => hann_window(key.Size, periodic: true, dtype: ScalarType.Float32, device: where).DetachFromDisposeScope(),
            device
        );
}
