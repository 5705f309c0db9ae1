using Melody.Audio;

namespace Melody.Generation;

/// <summary>
/// How loud other music is when the networks hear it. They hardly hear its level: what they make of it is as loud as the music that
/// they learned from. So music is brought to <see cref="Usual"/> by one gain, and what is made of it is brought back and as loud as
/// what is around it (<see cref="LevelMatch"/>). Music that is nearly there already, as all that this library makes, stays as it is.
/// </summary>
internal static class SourceLevel
{
    /// <summary>What music is brought to, LUFS.</summary>
    public const double Usual = LoudnessNormalizer.DefaultTarget;

    /// <summary>How far from it music may be and still stay as it is, dB.</summary>
    public const double Tolerance = 1;

    private const double LargestGain = 1e6;

    /// <summary>The gain for music; 1 for music of a usual level and for silence.</summary>
    public static float GainOf(AudioClip sound)
    {
        double loudness = LoudnessMeter.Of(sound).Integrated;
        if (!double.IsFinite(loudness))
            loudness = Ungated(sound);
        return double.IsNegativeInfinity(loudness) || Math.Abs(loudness - Usual) <= Tolerance
            ? 1
            : (float)Math.Min(Math.Pow(10, (Usual - loudness) / 20), LargestGain);
    }

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

    // music that is too soft or too brief for the gates of the loudness
    private static double Ungated(AudioClip sound)
    {
        double sum = 0;
        foreach (float sample in sound.Samples)
            sum += (double)sample * sample;
        return -0.691 + 10 * Math.Log10(sum / sound.Frames);
    }
}
