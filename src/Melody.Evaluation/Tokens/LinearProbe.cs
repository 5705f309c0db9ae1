using Melody.Foundation;

namespace Melody.Evaluation.Tokens;

/// <summary>A stretch of music as tokens and as what the score says of each.</summary>
/// <param name="Tokens">[frames, codebooks], flat.</param>
/// <param name="Targets">[frames, targets], flat.</param>
internal sealed record ProbedMusic(long[] Tokens, float[] Targets);

/// <summary>
/// How much of something known a token sequence carries: a ridge regression (Hoerl and Kennard, 1970) from the one-hot
/// tokens of a frame and its neighbours to each target, fitted on some music and judged on other (a linear probe; Alain and
/// Bengio, arXiv 1610.01644). Of several weights of the squared coefficients, each target takes the one that foresees the
/// last quarter of the fitted music best from the rest.
/// </summary>
/// <param name="codes">Different tokens of each codebook.</param>
/// <param name="targets">Values a frame.</param>
/// <param name="reach">Neighbours to each side.</param>
/// <param name="ridges">Weights to choose from.</param>
internal sealed class LinearProbe(IReadOnlyList<int> codes, int targets, int reach, params IReadOnlyList<double> ridges)
{
    private readonly int _books = codes.Count,
        _codes = codes.Sum();
    private readonly int[] _firstOfBook = [.. codes.Select((_, book) => codes.Take(book).Sum())];

    /// <summary>Weights of the ridge, from almost none to so large that nothing is predicted.</summary>
    public static IReadOnlyList<double> UsualRidges { get; } = [3, 30, 300, 3000, 100_000];

    private const ulong ShuffleStream = 0x53687566; // "Shuf"

    /// <summary>
    /// Squared error and squared deviation from the fitted music's mean of each target, over the judged music; their ratio from 1 is the
    /// explained variance.
    /// </summary>
    internal readonly record struct Fit(double[] Error, double[] Deviation)
    {
        /// <summary>
        /// 1 where the tokens tell all, 0 where they tell nothing, below where they mislead; over all of these targets that vary, NaN if
        /// none does.
        /// </summary>
        public double ExplainedVariance(int first, int count)
        {
            double error = 0,
                deviation = 0;
            for (int target = first; target < first + count; target++)
                (error, deviation) = (error + Error[target], deviation + Deviation[target]);
            return deviation == 0 ? double.NaN : 1 - error / deviation;
        }
    }

    /// <summary>Fits on one collection and judges on the other.</summary>
    public Fit Measure(IReadOnlyList<ProbedMusic> fitted, IReadOnlyList<ProbedMusic> judged)
    {
        int kept = fitted.Count - fitted.Count / 4;
        if (ridges.Count == 1 || kept == fitted.Count)
            return Fits(fitted, judged, [ridges[0]])[0];
        var trials = Fits([.. fitted.Take(kept)], [.. fitted.Skip(kept)], ridges);
        var chosen = Enumerable.Range(0, targets).Select(t => Enumerable.Range(0, ridges.Count).MinBy(r => trials[r].Error[t])).ToArray();
        int[] used = [.. chosen.Distinct()];
        var fits = Fits(fitted, judged, [.. used.Select(r => ridges[r])]);
        return new([.. chosen.Select((r, t) => fits[Array.IndexOf(used, r)].Error[t])], fits[0].Deviation);
    }

    private Fit[] Fits(IReadOnlyList<ProbedMusic> fitted, IReadOnlyList<ProbedMusic> judged, IReadOnlyList<double> weights)
    {
        var regression = new RidgeRegression((2 * reach + 1) * _codes, targets);
        var mean = Mean(fitted);
        var values = new double[targets];
        Visit(fitted, (music, frame, features) =>
        {
            Known(music, frame);
            regression.Add(features, values);
        });
        return
        [
            .. weights.Select(ridge =>
            {
                var coefficients = regression.Solve(ridge);
                var (error, deviation, told) = (new double[targets], new double[targets], new double[targets]);
                Visit(judged, (music, frame, features) =>
                {
                    Known(music, frame);
                    Array.Clear(told);
                    regression.Predict(coefficients, features, told);
                    for (int t = 0; t < targets; t++)
                        (error[t], deviation[t]) = (
                            error[t] + (values[t] - told[t]) * (values[t] - told[t]),
                            deviation[t] + values[t] * values[t]
                        );
                });
                return new Fit(error, deviation);
            }),
        ];

        void Known(ProbedMusic music, int frame)
        {
            for (int t = 0; t < targets; t++)
                values[t] = music.Targets[frame * targets + t] - mean[t];
        }
    }

    /// <summary>The same music with its frames' tokens in random order: what is left then is chance.</summary>
    public IReadOnlyList<ProbedMusic> Shuffled(IReadOnlyList<ProbedMusic> music, ulong seed)
    {
        var frames = music.SelectMany(m => m.Tokens.Chunk(_books)).ToArray();
        var order = new CounterRandom(seed, ShuffleStream).Permutation(frames.Length);
        int at = 0;
        return [.. music.Select(m => m with { Tokens = [.. m.Tokens.Chunk(_books).SelectMany(_ => frames[order[at++]])] })];
    }

    private void Visit(IReadOnlyList<ProbedMusic> all, Action<ProbedMusic, int, int[]> frame)
    {
        var features = new List<int>((2 * reach + 1) * _books);
        foreach (var music in all)
        {
            int frames = music.Tokens.Length / _books;
            for (int at = 0; at < frames; at++)
            {
                features.Clear();
                for (int offset = -reach; offset <= reach; offset++)
                    if (at + offset >= 0 && at + offset < frames)
                        for (int book = 0; book < _books; book++)
                            features.Add((offset + reach) * _codes + _firstOfBook[book] + (int)music.Tokens[(at + offset) * _books + book]);
                frame(music, at, [.. features]);
            }
        }
    }

    private double[] Mean(IReadOnlyList<ProbedMusic> all)
    {
        var mean = new double[targets];
        int frames = all.Sum(m => m.Tokens.Length / _books);
        foreach (var music in all)
            for (int i = 0; i < music.Targets.Length; i++)
                mean[i % targets] += music.Targets[i] / (double)frames;
        return mean;
    }
}
