using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>A key that was heard.</summary>
/// <param name="Tonic">Pitch class, 0 = C; -1 where nothing has a pitch.</param>
/// <param name="IsMinor">Whether it is a minor key.</param>
/// <param name="Confidence">Probability that the estimator gives it, 0..1.</param>
/// <param name="Probabilities">Probability of each key: twelve major, C first, then twelve minor; empty where nothing has a pitch.</param>
internal sealed record KeyEstimate(int Tonic, bool IsMinor, double Confidence, IReadOnlyList<double> Probabilities)
{
    private static readonly string[] Names = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

    /// <summary>For example "Eb minor".</summary>
    public override string ToString() => Tonic < 0 ? "none" : $"{Names[Tonic]} {(IsMinor ? "minor" : "major")}";
}

/// <summary>
/// The key of a sound: a <see cref="LinearChoice"/> of twelve tonics, major or minor, from the pitch classes and the bass as
/// they are heard over all (what key profiles use; Krumhansl, "Cognitive Foundations of Musical Pitch", 1990) and from the
/// chords: how long each sounds, and which root follows which within a second (functional harmony: D, then G, tells of G).
/// The same weights serve every tonic, so that a transposed sound has the transposed key.
/// </summary>
internal static class AudioKeyEstimator
{
    /// <summary>Major and minor.</summary>
    public const int Kinds = 2;

    private const int Lag = 6; // frames, about one second

    /// <summary>Of a sound with one channel.</summary>
    public static KeyEstimate Estimate(AudioClip clip) => Estimate(clip, FittedWeights.Default);

    /// <summary>By other weights.</summary>
    public static KeyEstimate Estimate(AudioClip clip, FittedWeights weights)
    {
        var pitches = PitchSpectrum.Of(clip);
        if (pitches.Values.All(frame => frame.All(v => v == 0))) return new(-1, false, 0, []);
        var probabilities = weights.Keys.Probabilities(Candidates(pitches, weights.Chords));
        int best = Array.IndexOf(probabilities, probabilities.Max());
        return new(best % 12, best >= 12, probabilities[best], probabilities);
    }

    /// <summary>What a key is told from: twelve vectors, one a tonic, which begin at the tonic.</summary>
    public static float[][] Candidates(PitchSpectrum pitches, LinearChoice chordWeights)
    {
        var classes = Sum(PitchSpectrum.Fold(pitches.Values), 12).Select(v => Math.Log(1 + v)).ToArray();
        var bass = Sum(PitchSpectrum.Fold(pitches.Bass()), 12);
        var chords = ChordListener.Listen(pitches, chordWeights);
        var shares = Sum(chords, 12 * ChordListener.Qualities);
        var groups = new List<double[]> { Scaled(classes, 10), Scaled(bass, 5) };
        for (int quality = 0; quality < ChordListener.Qualities; quality++)
            groups.Add([.. shares.Skip(12 * quality).Take(12).Select(v => 5 * v / chords.Length)]);
        var succession = Succession(chords);
        var rotated = ChordListener.Rotations([.. groups]);
        return [.. Enumerable.Range(0, 12).Select(tonic =>
        {
            var pairs = Enumerable.Range(0, 144).Select(i => (float)(10 * succession[(i / 12 + tonic) % 12, (i % 12 + tonic) % 12]));
            return rotated[tonic].Concat(pairs).ToArray();
        })];
    }

    // how often the second root follows the first at the lag
    private static double[,] Succession(double[][] chords)
    {
        var roots = chords.Select(frame =>
        {
            var sums = new double[12];
            for (int i = 0; i < frame.Length; i++) sums[i % 12] += frame[i];
            return sums;
        }).ToArray();
        var pairs = new double[12, 12];
        for (int t = Lag; t < roots.Length; t++)
            for (int i = 0; i < 12; i++)
                for (int j = 0; j < 12; j++) pairs[i, j] += roots[t - Lag][i] * roots[t][j] / roots.Length;
        return pairs;
    }

    private static double[] Sum(double[][] frames, int width)
    {
        var sum = new double[width];
        foreach (var frame in frames)
            for (int i = 0; i < width; i++) sum[i] += frame[i];
        return sum;
    }

    private static double[] Scaled(double[] values, double total)
    {
        double sum = values.Sum() + 1e-9;
        return [.. values.Select(v => total * v / sum)];
    }
}
