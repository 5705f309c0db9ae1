namespace Melody.Evaluation.Listening;

/// <summary>
/// Which chord sounds when: a <see cref="LinearChoice"/> of major, minor, dominant and diminished chords on the twelve roots
/// from each frame's pitch classes and bass, smoothed by the forward-backward algorithm of a chain whose state stays with
/// probability 0.8 (Sheh and Ellis, "Chord segmentation and recognition using EM-trained hidden Markov models", 2003).
/// </summary>
internal static class ChordListener
{
    /// <summary>Major, minor, dominant seventh, diminished.</summary>
    public const int Qualities = 4;

    private const double Stays = 0.8, Trust = 0.7;

    /// <summary>Probability of each chord in each frame, [frames][quality * 12 + root].</summary>
    public static double[][] Listen(PitchSpectrum pitches, LinearChoice weights) =>
        Smooth([.. Candidates(pitches).Select(candidates => weights.Scores(candidates))]);

    /// <summary>What a chord is told from: for each frame twelve vectors, one a root, which begin at the root.</summary>
    public static IEnumerable<float[][]> Candidates(PitchSpectrum pitches)
    {
        var classes = Average(PitchSpectrum.Fold(pitches.Values));
        var bass = Average(PitchSpectrum.Fold(pitches.Bass()));
        for (int frame = 0; frame < classes.Length; frame++)
        {
            var compressed = classes[frame].Select(v => Math.Log(1 + 3 * v)).ToArray();
            double sum = compressed.Sum() + 1e-3;
            yield return Rotations([.. compressed.Select(v => 4 * v / sum)], bass[frame]);
        }
    }

    /// <summary>One vector a root: each of the groups of twelve begun at the root, one group behind the other.</summary>
    public static float[][] Rotations(params double[][] groups) => [.. Enumerable.Range(0, 12).Select(root =>
        groups.SelectMany(group => Enumerable.Range(0, 12).Select(i => (float)group[(root + i) % 12])).ToArray())];

    // over three frames
    private static double[][] Average(double[][] frames) => [.. Enumerable.Range(0, frames.Length).Select(t =>
    {
        var mean = new double[12];
        for (int s = t - 1; s <= t + 1; s++)
            for (int i = 0; i < 12; i++) mean[i] += frames[Math.Clamp(s, 0, frames.Length - 1)][i] / 3;
        return mean;
    })];

    private static double[][] Smooth(double[][] scores)
    {
        int frames = scores.Length, states = 12 * Qualities;
        var likelihood = scores.Select(row => row.Select(s => Math.Exp(Trust * (s - row.Max()))).ToArray()).ToArray();
        var forward = new double[frames][];
        for (int t = 0; t < frames; t++)
            forward[t] = Normalized([.. Enumerable.Range(0, states).Select(k => likelihood[t][k] * (t == 0 ? 1 : Stays * forward[t - 1][k] + (1 - Stays) / states))]);
        var backward = Enumerable.Repeat(1.0, states).ToArray();
        var result = new double[frames][];
        for (int t = frames - 1; t >= 0; t--)
        {
            if (t < frames - 1)
            {
                var seen = backward.Select((b, k) => b * likelihood[t + 1][k]).ToArray();
                double sum = seen.Sum() * (1 - Stays) / states;
                backward = Normalized([.. seen.Select(v => Stays * v + sum)]);
            }
            result[t] = Normalized([.. forward[t].Select((f, k) => f * backward[k])]);
        }
        return result;
    }

    private static double[] Normalized(double[] values)
    {
        double sum = values.Sum();
        for (int i = 0; i < values.Length; i++) values[i] /= sum;
        return values;
    }
}
