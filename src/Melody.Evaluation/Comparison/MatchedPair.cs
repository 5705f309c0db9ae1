using Melody.Audio;
using Melody.Generation;

namespace Melody.Evaluation.Comparison;

/// <summary>Two sounds that differ neither in format nor in loudness, so that neither of these decides.</summary>
/// <param name="First">Of the first side.</param>
/// <param name="Second">Of the second.</param>
internal sealed record MatchedPair(AudioClip First, AudioClip Second)
{
    /// <summary>
    /// Brings both to two channels if either has several, to the higher of their rates and to the usual loudness; where a limit keeps one
    /// of them below it, the other is as soft. Silence stays silence.
    /// </summary>
    public static MatchedPair Of(AudioClip first, AudioClip second)
    {
        int rate = Math.Max(first.SampleRate, second.SampleRate);
        bool stereo = Math.Max(first.Channels, second.Channels) > 1;
        AudioClip a = Prepared(first),
            b = Prepared(second);
        double difference = LoudnessMeter.Of(a).Integrated - LoudnessMeter.Of(b).Integrated;
        if (!double.IsFinite(difference))
            return new(a, b);
        return difference > 0 ? new(Softer(a, difference), b) : new(a, Softer(b, -difference));

        AudioClip Prepared(AudioClip clip) => LoudnessNormalizer.Normalize((stereo ? StereoMixdown.Of(clip) : clip).Resample(rate));
    }

    private static AudioClip Softer(AudioClip clip, double decibels) => SourceLevel.Apply(clip, (float)Math.Pow(10, -decibels / 20));
}
