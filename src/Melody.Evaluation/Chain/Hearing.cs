using Melody.Audio;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.Metrics;
using Melody.Listening;

namespace Melody.Evaluation.Chain;

/// <summary>What is heard in a clip, whatever was asked for.</summary>
/// <param name="Bpm">NaN where nothing repeats.</param>
/// <param name="Key">For example "A minor"; "none" where nothing has a pitch.</param>
/// <param name="Drums">Whether there are any.</param>
/// <param name="Loudness">Integrated, LUFS, as it came; negative infinity for silence.</param>
/// <param name="Clipping">Share of clipped samples, as it came.</param>
/// <param name="Silence">Share of silent blocks, after the loudness was set.</param>
/// <param name="HarmonicMotion">How far its pitch classes move from second to second; NaN where nothing has a pitch.</param>
/// <param name="Vector">By the joint embedding.</param>
/// <param name="Other">By the embedding that the user brought; null without one.</param>
internal sealed record Hearing(
    double Bpm,
    string Key,
    bool Drums,
    double Loudness,
    double Clipping,
    double Silence,
    double HarmonicMotion,
    float[] Vector,
    float[]? Other
)
{
    /// <summary>Listens to a clip of one channel.</summary>
    /// <param name="raw">As it came; it is heard at the usual loudness.</param>
    /// <param name="joint">Of sound and words.</param>
    /// <param name="other">A further embedding, or null.</param>
    public static Hearing Of(AudioClip raw, IJointEmbedding joint, IAudioEmbedding? other)
    {
        var clip = LoudnessNormalizer.Normalize(raw);
        return new(
            TempoEstimator.Estimate(clip).Bpm,
            AudioKeyEstimator.Estimate(clip).ToString(),
            DrumPresence.Of(clip),
            LoudnessMeter.Of(raw).Integrated,
            ClippingShare.Of(raw),
            SilenceShare.Of(clip),
            Metrics.HarmonicMotion.Of(clip),
            joint.Embed(clip),
            other?.Embed(clip)
        );
    }
}
