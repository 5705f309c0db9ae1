using Melody.Audio;

namespace Melody.Listening;

/// <summary>A tempo that was heard.</summary>
/// <param name="Bpm">Beats a minute, the metre's own; NaN where nothing repeats.</param>
/// <param name="Strength">Autocorrelation of the onsets at one beat, at most 1: under about 0.1 the pulse is hardly there.</param>
/// <param name="Confidence">Probability, within 4 %, that the estimator gives it, 0..1.</param>
internal sealed record TempoEstimate(double Bpm, double Strength, double Confidence);

/// <summary>
/// The tempo of a sound: a <see cref="LinearChoice"/> among 157 tempi of a <see cref="Tempogram"/>, by how the onsets repeat
/// at that rate and at simple multiples and fractions of it, by how common the tempo is and by how many onsets a beat has.
/// Sound longer than about 15 s is heard in parts, whose scores are added.
/// </summary>
internal static class TempoEstimator
{
    private const double PartSeconds = 10,
        Tolerance = 0.04,
        Reach = 0.025;

    /// <summary>Of a sound with one channel; a few seconds at least.</summary>
    public static TempoEstimate Estimate(AudioClip clip) => Estimate(OnsetEnvelope.Of(clip), FittedWeights.Default);

    /// <summary>Of its onsets, by given weights.</summary>
    public static TempoEstimate Estimate(OnsetEnvelope onsets, FittedWeights weights)
    {
        int parts = Math.Max(1, (int)Math.Round(onsets.Values.Length / onsets.Rate / PartSeconds)),
            length = onsets.Values.Length / parts;
        var tempograms = Enumerable
            .Range(0, parts)
            .Select(part => new Tempogram(onsets with { Values = onsets.Values[(part * length)..((part + 1) * length)] }))
            .Where(tempogram => !tempogram.IsFlat)
            .ToList();
        if (tempograms.Count == 0)
            return new(double.NaN, 0, 0);
        var scores = new double[Tempogram.Tempi];
        foreach (var tempogram in tempograms)
        {
            var part = weights.Tempi.Scores(tempogram.Candidates());
            for (int i = 0; i < scores.Length; i++)
                scores[i] += part[i];
        }
        double best = scores.Max();
        var likelihood = scores.Select(score => Math.Exp(score - best)).ToArray();
        int nearest = (int)Math.Round(Tolerance / Tempogram.Step);
        var around = Enumerable
            .Range(0, scores.Length)
            .Select(i => likelihood[Math.Max(0, i - nearest)..Math.Min(scores.Length, i + nearest + 1)].Sum())
            .ToArray();
        int heard = Array.IndexOf(scores, best);
        double bpm = Refine(Tempogram.Bpm(heard), tempograms);
        return new(bpm, tempograms.Average(tempogram => tempogram.Correlation(bpm)), around[heard] / likelihood.Sum());
    }

    // where four beats repeat best, near by
    private static double Refine(double bpm, List<Tempogram> tempograms) =>
        Enumerable.Range(-25, 51).Select(i => bpm * (1 + Reach * i / 25)).MaxBy(near => tempograms.Sum(tempogram => tempogram.Comb(near)));
}
