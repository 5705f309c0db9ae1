using Melody.Audio;

namespace Melody.Generation;

/// <summary>How loud other music is when the networks hear it.</summary>
internal static class SourceLevel
{
    /// <summary>The samples times a gain; the same clip where it is 1.</summary>
    public static AudioClip Apply(AudioClip clip, float gain)
    {
        if (gain == 1)
            return clip;
        var samples = clip.Samples.ToArray();
        for (int i = 0; i < samples.Length; i++)
            samples[i] *= gain;
        return AudioClip.Adopt(samples, clip.SampleRate, clip.Channels);
    }

    /// <summary>Divides samples by a gain, in place.</summary>
    public static void Undo(Span<float> samples, float gain)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] /= gain;
    }
}
