namespace Melody.PhaseRetrieval;

/// <summary>
/// Where the frames of a short-time Fourier transform lie: frame i, a periodic Hann window of FftSize samples, is centred
/// at sample (i + 1/2) Hop, so n frames belong to n Hop samples exactly. What a window covers beyond the sound's ends is zero.
/// </summary>
internal sealed class ShortTimeGrid
{
    /// <param name="fftSize">Samples in a window, N; even.</param>
    /// <param name="hop">Samples from frame to frame; even, N / 2 at most, so that every sample lies well inside some window.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size that is odd or out of range.</exception>
    public ShortTimeGrid(int fftSize, int hop)
    {
        if (fftSize < 8 || fftSize % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(fftSize), fftSize, "A window has an even number of samples, 8 at least.");
        if (hop < 2 || hop % 2 != 0 || hop > fftSize / 2)
            throw new ArgumentOutOfRangeException(nameof(hop), hop, "A hop is an even number of samples, half a window at most.");
        (FftSize, Hop, Bins, Margin) = (fftSize, hop, fftSize / 2 + 1, (fftSize - hop) / 2);
        Window = new float[fftSize];
        for (int i = 0; i < fftSize; i++)
            Window[i] = (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / fftSize));
    }

    /// <summary>Samples in a window, N.</summary>
    public int FftSize { get; }

    /// <summary>Samples from frame to frame.</summary>
    public int Hop { get; }

    /// <summary>Bins from 0 Hz to half the sample rate: N / 2 + 1.</summary>
    public int Bins { get; }

    /// <summary>Samples of frame 0 before the sound: (N - Hop) / 2.</summary>
    public int Margin { get; }

    /// <summary>The periodic Hann window, N samples.</summary>
    public float[] Window { get; }

    /// <summary>What a bin reads, at most, for a sine of amplitude 1: half the window's sum, N / 4.</summary>
    public float FullScale => FftSize / 4f;

    /// <summary>How many frames have to follow a frame until all of its samples are settled by overlap-add.</summary>
    public int SettlingFrames => (FftSize + Hop - 1) / Hop - 1;

    /// <summary>First sample of a frame; negative before the sound.</summary>
    public long Start(long frame) => frame * Hop - Margin;

    /// <summary>Frames of this many samples, the last one filled up with zeros.</summary>
    public int FramesOf(int samples) => (samples + Hop - 1) / Hop;
}
