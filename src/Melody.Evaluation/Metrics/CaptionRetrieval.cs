using Melody.Nn;

namespace Melody.Evaluation.Metrics;

/// <summary>How often a sound finds its own caption among others drawn at random, by the cosine in a joint embedding.</summary>
internal static class CaptionRetrieval
{
    private const ulong Stream = 0x43617074; // "Capt"

    /// <summary>Share of sounds whose own caption is the nearest, 0..1; a tie between n captions counts 1 / n. NaN when there are fewer than two.</summary>
    /// <param name="texts">Caption i belongs to sound i.</param>
    /// <param name="sounds">Vectors of the same space.</param>
    /// <param name="candidates">Captions that a sound chooses from, its own included; all when there are fewer.</param>
    public static double Of(IReadOnlyList<float[]> texts, IReadOnlyList<float[]> sounds, int candidates = 16)
    {
        if (texts.Count != sounds.Count) throw new ArgumentException("Every text needs its sound.", nameof(sounds));
        if (texts.Count < 2) return double.NaN;
        double hits = 0;
        for (int i = 0; i < sounds.Count; i++)
        {
            double own = Cosine.Of(texts[i], sounds[i]);
            var others = new CounterRandom((ulong)i, Stream).Permutation(texts.Count).Where(j => j != i).Take(candidates - 1).Select(j => Cosine.Of(texts[j], sounds[i])).ToList();
            if (others.All(other => other <= own)) hits += 1.0 / (1 + others.Count(other => other == own));
        }
        return hits / sounds.Count;
    }
}
