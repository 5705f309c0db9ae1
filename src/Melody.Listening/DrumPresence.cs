using Melody.Audio;

namespace Melody.Listening;

/// <summary>
/// Whether a sound has drums: a <see cref="LinearChoice"/> of yes or no from how sharply twelve bands rise at most times,
/// often and at their strongest, how much their level varies, and how many rise together, as under a stroke.
/// </summary>
internal static class DrumPresence
{
    private const int Groups = 12,
        BandsOfGroup = BandLevels.Bands / Groups;

    /// <summary>Of a sound with one channel; false for silence.</summary>
    public static bool Of(AudioClip clip) => Probability(clip) > 0.5;

    /// <summary>How likely there are drums, 0..1; 0 for silence.</summary>
    public static double Probability(AudioClip clip) => Probability(BandLevels.Of(clip), FittedWeights.Default);

    /// <summary>By given weights.</summary>
    public static double Probability(BandLevels levels, FittedWeights weights) =>
        levels.Values.Length < 3 || levels.Values.All(frame => frame.All(v => v == 0))
            ? 0
            : weights.Drums.Probabilities(Candidates(levels))[0];

    /// <summary>Two candidates: with drums, and without, whose features are 0.</summary>
    public static float[][] Candidates(BandLevels levels)
    {
        int frames = levels.Values.Length;
        var vector = new List<float> { 1 };
        var together = new double[frames - 1];
        for (int group = 0; group < Groups; group++)
        {
            var level = levels.Values.Select(frame => frame.AsSpan(group * BandsOfGroup, BandsOfGroup).ToArray().Average()).ToArray();
            var rise = Enumerable
                .Range(1, frames - 1)
                .Select(t =>
                    Enumerable
                        .Range(group * BandsOfGroup, BandsOfGroup)
                        .Sum(band => Math.Max(0, levels.Values[t][band] - levels.Values[t - 1][band]))
                )
                .ToArray();
            var sorted = rise.Order().ToArray();
            double strong = sorted[(int)(0.97 * sorted.Length)],
                mean = level.Average();
            vector.AddRange([
                (float)sorted[sorted.Length / 2],
                (float)sorted[(int)(0.9 * sorted.Length)],
                (float)strong,
                (float)Math.Sqrt(level.Average(v => (v - mean) * (v - mean))),
            ]);
            for (int t = 0; t < rise.Length; t++)
                if (rise[t] > 0.5 * strong + 1e-3)
                    together[t]++;
        }
        var most = together.OrderDescending().ToArray();
        foreach (double share in new[] { 0.02, 0.06 })
            vector.Add((float)(most.Take(Math.Max(1, (int)(share * most.Length))).Average() / 6));
        return
        [
            [.. vector],
            new float[vector.Count],
        ];
    }
}
