using Melody.Audio;
using Melody.Corpus.Production;

namespace Melody.Evaluation.Estimators;

/// <summary>Worsens sound as a network may: noise over it, or its treble gone.</summary>
internal static class Degradation
{
    /// <summary>Adds noise, half of it dark, this many decibels under the sound.</summary>
    public static AudioClip AddNoise(AudioClip clip, double decibels, int seed)
    {
        var random = new Random(seed);
        var (white, dark) = (new float[clip.Samples.Length], new float[clip.Samples.Length]);
        for (int i = 0; i < white.Length; i++)
            dark[i] = white[i] = (float)(random.NextDouble() + random.NextDouble() - 1);
        Biquad.LowPass(800, clip.SampleRate).Process(dark);
        for (int i = 0; i < white.Length; i++)
            white[i] += 2 * dark[i];
        double scale = Math.Sqrt(Power(clip.Samples) / Math.Max(Power(white), 1e-12)) * Math.Pow(10, -decibels / 20);
        var noisy = clip.Samples.ToArray();
        for (int i = 0; i < noisy.Length; i++)
            noisy[i] += (float)(scale * white[i]);
        return new(noisy, clip.SampleRate);
    }

    /// <summary>Takes away what lies above a frequency, 24 dB an octave.</summary>
    public static AudioClip Darken(AudioClip clip, double hertz)
    {
        var dark = clip.Samples.ToArray();
        for (int pass = 0; pass < 2; pass++)
            Biquad.LowPass(hertz, clip.SampleRate).Process(dark);
        return new(dark, clip.SampleRate);
    }

    private static double Power(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        return sum / Math.Max(1, samples.Length);
    }
}
