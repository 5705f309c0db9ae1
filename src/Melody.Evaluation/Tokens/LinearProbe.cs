using Melody.Foundation;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

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

    /// <summary>Weights from hardly any to so many that nothing is told.</summary>
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
        using var pause = FinalizerPause.Begin();
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
        int width = (2 * reach + 1) * _codes;
        var mean = Mean(fitted);
        var (gram, products) = (new double[(long)width * width], new double[(long)width * targets]);
        Visit(fitted, (music, frame, features) =>
        {
            foreach (int i in features)
            {
                foreach (int j in features)
                    gram[(long)i * width + j]++;
                for (int t = 0; t < targets; t++)
                    products[(long)i * targets + t] += music.Targets[frame * targets + t] - mean[t];
            }
        });
        return
        [
            .. weights.Select(ridge =>
            {
                var coefficients = Solve(gram, products, width, ridge);
                var (error, deviation) = (new double[targets], new double[targets]);
                Visit(judged, (music, frame, features) =>
                {
                    for (int t = 0; t < targets; t++)
                    {
                        double known = music.Targets[frame * targets + t] - mean[t],
                            told = 0;
                        foreach (int i in features)
                            told += coefficients[(long)i * targets + t];
                        (error[t], deviation[t]) = (error[t] + (known - told) * (known - told), deviation[t] + known * known);
                    }
                });
                return new Fit(error, deviation);
            }),
        ];
    }

    /// <summary>The same music with its frames' tokens in random order: what is left then is chance.</summary>
    public IReadOnlyList<ProbedMusic> Shuffled(IReadOnlyList<ProbedMusic> music, ulong seed)
    {
        var frames = music.SelectMany(m => m.Tokens.Chunk(_books)).ToArray();
        var order = new CounterRandom(seed, ShuffleStream).Permutation(frames.Length);
        int at = 0;
        return [.. music.Select(m => m with { Tokens = [.. m.Tokens.Chunk(_books).SelectMany(_ => frames[order[at++]])] })];
    }

    private void Visit(IReadOnlyList<ProbedMusic> all, Action<ProbedMusic, int, List<int>> frame)
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
                frame(music, at, features);
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

    private double[] Solve(double[] gram, double[] products, int width, double ridge)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var root = linalg.cholesky(tensor(gram, [width, width]) + eye(width, dtype: ScalarType.Float64) * ridge);
        return tensor(products, [width, targets]).cholesky_solve(root).data<double>().ToArray();
    }
}
