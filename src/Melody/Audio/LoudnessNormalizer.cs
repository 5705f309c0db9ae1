namespace Melody.Audio;

/// <summary>
/// Brings audio to a loudness of ITU-R BS.1770-4 with a true-peak ceiling: one gain for the whole clip, then the
/// limiter, whose cost in loudness is given back by more gain where it can be. Silence stays silence.
/// </summary>
internal static class LoudnessNormalizer
{
    /// <summary>Where streaming services play music, LUFS.</summary>
    public const double DefaultTarget = -14;

    /// <summary>Room for what decoders of lossy formats add, dBTP.</summary>
    public const double DefaultCeiling = -1;

    /// <summary>The most that quiet audio is raised, dB.</summary>
    public const double MaximumGain = 40;

    private const int Passes = 4;

    /// <summary>The gain in dB that brings a measured loudness to <paramref name="target"/>; 0 for silence.</summary>
    public static double GainFor(double loudness, double target = DefaultTarget) =>
        double.IsFinite(loudness) ? Math.Min(target - loudness, MaximumGain) : 0;

    /// <summary>A clip of that loudness; less where the ceiling forbids it.</summary>
    /// <param name="clip">What to normalise.</param>
    /// <param name="target">Integrated loudness, LUFS.</param>
    /// <param name="ceiling">Highest true peak, dBTP.</param>
    public static AudioClip Normalize(AudioClip clip, double target = DefaultTarget, double ceiling = DefaultCeiling)
    {
        double loudness = LoudnessMeter.Of(clip).Integrated;
        if (!double.IsFinite(loudness))
            return LimitOnly(clip, ceiling);
        double gain = GainFor(loudness, target);
        var result = Limit(clip, gain, ceiling);
        for (int pass = 1; pass < Passes && gain < MaximumGain; pass++)
        {
            double missing = target - LoudnessMeter.Of(result).Integrated;
            if (missing < 0.05)
                break;
            gain = Math.Min(gain + missing, MaximumGain);
            result = Limit(clip, gain, ceiling);
        }
        return result;
    }

    // Nothing passes the gates of the loudness: no gain, but the ceiling holds.
    private static AudioClip LimitOnly(AudioClip clip, double ceiling) => TruePeak.Of(clip) <= ceiling ? clip : Limit(clip, 0, ceiling);

    private static AudioClip Limit(AudioClip clip, double gain, double ceiling)
    {
        var limiter = new StreamingLimiter(clip.SampleRate, clip.Channels, gain, ceiling);
        float[] samples = [.. limiter.Process(clip.Samples), .. limiter.Finish()];
        var limited = AudioClip.Adopt(samples, clip.SampleRate, clip.Channels);
        double excess = TruePeak.Of(limited) - ceiling;
        if (!(excess > 0))
            return limited;
        float factor = (float)Math.Pow(10, -excess / 20);
        for (int i = 0; i < samples.Length; i++)
            samples[i] *= factor;
        return limited;
    }
}
