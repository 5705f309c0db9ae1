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
/// <param name="Detail">Partials in a frame and the valleys between them.</param>
/// <param name="Stereo">How wide it is; null for one channel and for silence.</param>
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
    SpectralDetail Detail,
    StereoImage? Stereo,
    float[] Vector,
    float[]? Other
)
{
    /// <summary>Listens to a clip.</summary>
    /// <param name="raw">As it came, in all of its channels; judges hear their mean at the usual loudness.</param>
    /// <param name="joint">Of sound and words.</param>
    /// <param name="other">A further embedding, or null.</param>
    public static Hearing Of(AudioClip raw, IJointEmbedding joint, IAudioEmbedding? other)
    {
        var clip = LoudnessNormalizer.Normalize(raw.ToMono());
        return new(
            TempoEstimator.Estimate(clip).Bpm,
            AudioKeyEstimator.Estimate(clip).ToString(),
            DrumPresence.Of(clip),
            LoudnessMeter.Of(raw).Integrated,
            ClippingShare.Of(raw),
            SilenceShare.Of(raw.Channels == 1 ? clip : LoudnessNormalizer.Normalize(raw)),
            Metrics.HarmonicMotion.Of(clip),
            SpectralDetail.Of(FoldedSound.Of(clip)),
            StereoImage.Of(raw),
            joint.Embed(clip),
            other?.Embed(clip)
        );
    }
}
