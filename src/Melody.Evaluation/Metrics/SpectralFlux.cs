using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// How much the spectrum changes from frame to frame: mean absolute change of log magnitudes, dB. Frames of 1024 samples every 256.
/// </summary>
internal static class SpectralFlux
{
    /// <summary>Samples from frame to frame.</summary>
    public const int Hop = 256;

    private const int FftSize = 1024;

    /// <summary>One value a frame; the first is 0.</summary>
    /// <param name="clip">One channel.</param>
    public static double[] Of(AudioClip clip)
    {
        var spectrum = Spectrogram.Of(clip.Samples, FftSize, Hop);
        var flux = new double[spectrum.Frames];
        for (int frame = 1; frame < spectrum.Frames; frame++)
        {
            ReadOnlySpan<float> now = spectrum.Frame(frame),
                before = spectrum.Frame(frame - 1);
            for (int bin = 0; bin < now.Length; bin++)
                flux[frame] += Math.Abs(Spectrogram.Decibels(now[bin]) - Spectrogram.Decibels(before[bin])) / now.Length;
        }
        return flux;
    }
}
