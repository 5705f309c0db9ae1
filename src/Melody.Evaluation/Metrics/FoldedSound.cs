using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Sound as most measures compare it: one channel at 24 kHz, so that figures of models of different formats stand beside each other.
/// </summary>
internal static class FoldedSound
{
    /// <summary>Hz; sound at a lower rate keeps its own.</summary>
    public const int Rate = 24_000;

    /// <summary>The mean of all channels, at <see cref="Rate"/> at most.</summary>
    public static AudioClip Of(AudioClip clip)
    {
        var mono = clip.ToMono();
        return mono.SampleRate > Rate ? mono.Resample(Rate) : mono;
    }

    /// <summary>Two sounds of one rate and length, folded.</summary>
    public static SoundPair Pair(AudioClip reference, AudioClip estimate) => new(Of(reference), Of(estimate));

    /// <summary>The samples of each channel.</summary>
    public static float[][] Channels(AudioClip clip)
    {
        var samples = clip.Samples;
        var channels = new float[clip.Channels][];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            var own = channels[channel] = new float[clip.Frames];
            for (int n = 0; n < own.Length; n++)
                own[n] = samples[n * channels.Length + channel];
        }
        return channels;
    }
}
