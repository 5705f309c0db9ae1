namespace Melody.Evaluation.Metrics;

/// <summary>
/// How well sounds agree with their texts in a joint embedding: the mean cosine of each pair (the paper's MuLan cycle
/// consistency, here with whichever embedding made the vectors), and how often a text finds its own sound first.
/// </summary>
/// <param name="Similarity">Mean cosine, -1..1.</param>
/// <param name="Top1">Share of texts whose own sound is the nearest of all; a tie between n sounds counts 1 / n.</param>
internal sealed record TextAudioAgreement(double Similarity, double Top1)
{
    /// <summary>Compares text i with sound i.</summary>
    public static TextAudioAgreement Of(IReadOnlyList<float[]> texts, IReadOnlyList<float[]> sounds)
    {
        if (texts.Count != sounds.Count || texts.Count == 0)
            throw new ArgumentException("Every text needs its sound.", nameof(sounds));
        double similarity = 0,
            hits = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            double own = Cosine.Of(texts[i], sounds[i]);
            similarity += own;
            var all = sounds.Select(sound => Cosine.Of(texts[i], sound)).ToList();
            if (all.All(other => other <= own))
                hits += 1.0 / all.Count(other => other == own);
        }
        return new(similarity / texts.Count, hits / texts.Count);
    }
}
