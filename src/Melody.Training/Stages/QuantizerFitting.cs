using Melody.Conditioning;
using Melody.Foundation;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Quantization;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>The last part of the joint embedding's training: the residual quantizer learns the vectors of the finished towers.</summary>
internal static class QuantizerFitting
{
    private const int StepVectors = 1024;

    /// <summary>
    /// Fits the codebooks, unless they are to stay. Returns the mean squared distance of unit vectors to their reconstruction
    /// from levels 1 .. q, for each q.
    /// </summary>
    /// <param name="network">With trained towers.</param>
    /// <param name="stage">Embeds batches.</param>
    /// <param name="windows">Where the vectors come from.</param>
    /// <param name="options">How many vectors and passes.</param>
    /// <param name="seed">Decides the k-means start and the order.</param>
    /// <param name="cancellation">Ends between two batches.</param>
    public static IReadOnlyList<double> Fit(
        JointEmbedding network,
        JointEmbeddingStage stage,
        IBatchSource<CaptionedBatch> windows,
        JointEmbeddingTrainingOptions options,
        long seed,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (options.QuantizerTextShare is not (>= 0 and <= 0.5))
            throw new MelodyException(
                $"The share of texts among the quantizer's vectors is {options.QuantizerTextShare}; it has to lie between 0 and 0.5."
            );
        network.eval();
        // a figure of codebooks that stay needs no more vectors than a step of those that learn
        if (options.KeepQuantizer)
            return Distances(
                network.Quantizer,
                Collect(stage, windows, Math.Min(StepVectors, options.QuantizerVectors), options.QuantizerTextShare, cancellation)
            );
        var vectors = Collect(stage, windows, options.QuantizerVectors, options.QuantizerTextShare, cancellation);
        using var trainer = new ResidualQuantizerTrainer(network.Quantizer, new() { KMeansIterations = options.QuantizerStart });
        var random = new Random((int)seed);
        int step = (int)Math.Min(StepVectors, vectors.shape[0]);
        trainer.Initialize(vectors, step, random);
        ResidualQuantizerStatistics? last = null;
        for (int pass = 0; pass < Math.Max(1, options.QuantizerPasses); pass++)
        {
            var order = new CounterRandom((ulong)seed, (ulong)pass).Permutation((int)vectors.shape[0]);
            for (int first = 0; first + step <= order.Length; first += step)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var rows = tensor(Array.ConvertAll(order[first..(first + step)], row => (long)row), ScalarType.Int64, vectors.device);
                last = trainer.Step(vectors.index_select(0, rows), random);
            }
        }
        return last!.Errors;
    }

    private static double[] Distances(ResidualQuantizer quantizer, Tensor vectors)
    {
        var codes = quantizer.Encode(vectors);
        return
        [
            .. Enumerable
                .Range(1, quantizer.Levels)
                .Select(level => (double)(vectors - quantizer.Decode(codes.narrow(1, 0, level))).square().sum(-1).mean().item<float>()),
        ];
    }

    private static Tensor Collect(
        JointEmbeddingStage stage,
        IBatchSource<CaptionedBatch> windows,
        int wanted,
        double textShare,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        List<Tensor> parts = [];
        long count = 0;
        double texts = 0;
        for (long batch = 0; count < wanted; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (audio, text) = stage.Embed(windows.Create(-1 - batch)); // batches that the towers were not trained on in this order
            // all music, and as many texts as their share asks for
            texts += textShare / (1 - textShare) * audio.shape[0];
            long taken = Math.Min(text.shape[0], (long)texts);
            texts -= taken;
            var part = taken > 0 ? cat([audio, text.narrow(0, 0, taken)]) : audio;
            parts.Add(part.MoveToOuterDisposeScope());
            count += part.shape[0];
        }
        return cat(parts).MoveToOuterDisposeScope();
    }
}
