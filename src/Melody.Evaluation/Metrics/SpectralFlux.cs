using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// How much the spectrum changes from frame to frame: mean absolute change of log magnitudes, dB. Frames of 1024 samples every 256 at
/// 24 kHz and below, twice as long at 48 kHz; the mean over all channels, so that what happens in one of them is not hidden by another.
/// </summary>
internal static class SpectralFlux
{
    private const int FftSize = 1024,
        Hop = 256;

    /// <summary>Samples from frame to frame at a sample rate.</summary>
    public static int HopAt(int sampleRate) => Hop * Times(sampleRate);

    /// <summary>One value a frame; the first is 0.</summary>
    public static double[] Of(AudioClip clip)
    {
        var channels = FoldedSound.Channels(clip).Select(samples => Of(samples, Times(clip.SampleRate))).ToList();
        return [.. Enumerable.Range(0, channels[0].Length).Select(frame => channels.Average(flux => flux[frame]))];
    }

    private static double[] Of(float[] samples, int times)
    {
        var spectrum = Spectrogram.Of(samples, FftSize * times, Hop * times);
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

    private static int Times(int sampleRate) => 1 << Math.Max(0, (int)Math.Round(Math.Log2((double)sampleRate / FoldedSound.Rate)));
}
