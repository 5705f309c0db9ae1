using Melody.Listening;
using Melody.Nn;
using Melody.Runtime;
using Melody.Training.Optimization;
using static TorchSharp.torch;

namespace Melody.Evaluation.Estimators;

/// <summary>A sound whose key is known.</summary>
/// <param name="Picture">What is seen of it.</param>
/// <param name="Key">0..23: twelve major keys, C first, then twelve minor ones.</param>
internal sealed record KeyExample(KeyPicture Picture, int Key);

/// <summary>
/// Trains a <see cref="KeyNetwork"/>: AdamW under a cosine, random excerpts of each sound, registers made louder and softer
/// at random, smoothed answers.
/// </summary>
internal static class KeyTraining
{
    private const int Batch = 32;
    private const double Rate = 2e-3,
        Dropout = 0.25,
        Smoothing = 0.1,
        ShortestExcerpt = 0.6;

    /// <summary>A network that has heard every example <paramref name="passes"/> times.</summary>
    /// <param name="examples">All equally long.</param>
    /// <param name="passes">Through the examples.</param>
    /// <param name="progress">Reports the share that is done.</param>
    /// <param name="cancellation">Checked before each step.</param>
    public static KeyNetwork Fit(
        IReadOnlyList<KeyExample> examples,
        int passes,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var parameters = ParameterFactory.Random(1);
        var network = new KeyNetwork(parameters);
        var random = new Random(1);
        manual_seed(1);
        int stepsOfPass = Math.Max(1, examples.Count / Batch),
            steps = passes * stepsOfPass;
        var options = new OptimizerOptions
        {
            LearningRate = Rate,
            WeightDecay = 0.1,
            WarmUpSteps = steps / 20,
        };
        using var optimizer = new AdamW([network], options);
        var order = Enumerable.Range(0, examples.Count).ToArray();
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step % stepsOfPass == 0)
                random.Shuffle(order);
            using var scope = NewDisposeScope();
            var chosen = Enumerable
                .Range(0, Math.Min(Batch, examples.Count))
                .Select(i => examples[order[(step * Batch + i) % order.Length]])
                .ToArray();
            var keys = tensor(chosen.Select(example => (long)example.Key).ToArray());
            var scores = network.Scores(Vary(cat([.. chosen.Select(example => example.Picture.ToTensor())]), random), Dropout);
            nn.functional.cross_entropy(scores, keys, label_smoothing: Smoothing).backward();
            optimizer.Step(options.LearningRateAt(step, steps));
            progress?.Invoke((step + 1.0) / steps);
        }
        return network;
    }

    private static Tensor Vary(Tensor pictures, Random random)
    {
        long frames = pictures.shape[3],
            kept = random.NextInt64((long)(ShortestExcerpt * frames), frames + 1);
        var excerpt = pictures.narrow(3, random.NextInt64(0, frames - kept + 1), kept);
        return excerpt * (1 + 0.3 * randn(excerpt.shape[0], KeyPicture.Channels, 1, 1)).clamp(0.2, 2);
    }
}
