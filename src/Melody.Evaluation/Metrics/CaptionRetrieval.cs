namespace Melody.Evaluation.Metrics;

/// <summary>
/// How often a sound finds its own caption among others drawn at random, by the cosine in a joint embedding: the mean over
/// every possible draw, as a single one moves the figure of a hundred sounds by some per cent.
/// </summary>
internal static class CaptionRetrieval
{
    /// <summary>
    /// Chance that a sound's own caption is the nearest, 0..1; a tie between n captions counts 1 / n. NaN when there are fewer than two.
    /// </summary>
    /// <param name="texts">Caption i belongs to sound i.</param>
    /// <param name="sounds">Vectors of the same space.</param>
    /// <param name="candidates">Captions that a sound chooses from, its own included; all when there are fewer.</param>
    public static double Of(IReadOnlyList<float[]> texts, IReadOnlyList<float[]> sounds, int candidates = 16)
    {
        if (texts.Count != sounds.Count)
            throw new ArgumentException("Every text needs its sound.", nameof(sounds));
        if (texts.Count < 2)
            return double.NaN;
        int drawn = Math.Min(candidates, texts.Count) - 1;
        return sounds
            .Select(
                (sound, i) =>
                {
                    double own = Cosine.Of(texts[i], sound);
                    var others = texts.Where((_, j) => j != i).Select(text => Cosine.Of(text, sound)).ToList();
                    return Chance(others.Count(other => other < own), others.Count(other => other == own), others.Count, drawn);
                }
            )
            .Average();
    }

    // of n others, draws of k without a better one: j ties and k - j worse ones, and of j + 1 that tie the own caption is one
    private static double Chance(int worse, int ties, int n, int k)
    {
        double chance = 0;
        for (int j = 0; j <= Math.Min(ties, k); j++)
            if (k - j <= worse)
                chance += Math.Exp(LogChoose(ties, j) + LogChoose(worse, k - j) - LogChoose(n, k)) / (j + 1);
        return chance;
    }

    private static double LogChoose(int n, int k)
    {
        double sum = 0;
        for (int i = 1; i <= k; i++)
            sum += Math.Log((double)(n - k + i) / i);
        return sum;
    }
}
