using System.Globalization;
using Melody.Conditioning;
using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Parts;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>The stage <c>diffusion</c>: from encoded corpora to the denoiser.</summary>
internal static class DiffusionRun
{
    // batches over which the deviation of the latents is measured
    private const int MeasuredBatches = 50;

    /// <summary>Trains the denoiser, after measuring its latents and fitting its forecast where they are new.</summary>
    public static bool Train(StageRun run)
    {
        var start = new StartingWeights(run.Request, PartName.Denoiser);
        var begun = start.Config<DenoiserConfig>();
        var config = begun;
        var options = TrainingPreset.Read<DiffusionTrainingOptions>(run.Request);
        var folder = ModelFolder.Open(run.Request.ModelFolder);
        if (options.AddPrompts)
            config = config with { PromptWidth = folder.Config<JointEmbeddingConfig>(PartName.JointEmbedding).EmbeddingWidth };
        if (begun.ForecastTokens == 0)
            config = config with { ForecastTokens = options.AddForecast };
        string[] heard =
        [
            PartName.Autoencoder,
            PartName.SemanticTokenizer,
            .. config.PromptWidth > 0 ? [PartName.JointEmbedding] : Array.Empty<string>(),
        ];
        using var corpus = EncodedCorpus.Open(run.Request.Corpora, PartHash.OfEncoding(folder, heard));
        var training = new LatentWindows(
            corpus,
            DatasetSplit.Train,
            config,
            options.Batch,
            run.Request.Seed,
            new(options.TextShare, options.PromptDropped)
        );
        if (options.UnitVariance && !start.Knows(PartName.Autoencoder, folder))
        {
            double deviation = training.Deviation(MeasuredBatches);
            config = config with { LatentScale = Math.Round(1 / Math.Max(deviation, 1e-3), 3) };
            run.Output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.Request.Stage}: the latents deviate by {deviation:F4} and are scaled by {config.LatentScale}"
                )
            );
        }
        using var network = start.Create(run.Device, p => new DualPathDenoiser(config, p), p => new DualPathDenoiser(begun, p));
        bool known = start.Knows(PartName.SemanticTokenizer, folder);
        if (!known)
            TokenVectors.Begin(network, folder, run.Request.Seed);
        using var autoencoder = TrainedPart.LoadAutoencoder(folder, run.Device);
        using var embedding = config.PromptWidth == 0 ? null : TrainedPart.LoadJointEmbedding(folder, run.Device);
        var validation = new LatentWindows(corpus, DatasetSplit.Validation, config, options.Batch, seed: 5, new(Text: 1, Dropped: 0));
        using var stage = new DiffusionStage(network, options, training, validation, autoencoder, embedding?.Quantizer);
        bool foretells = known && begun.ForecastTokens > 0 && begun.PromptWidth == config.PromptWidth;
        if (config.ForecastTokens > 0 && !foretells && !run.Request.Resume)
        {
            double foretold = ForecastWeights.Begin(
                network,
                ForecastWeights.Windows / options.Batch + 1,
                i => stage.Load(training.Create(i)),
                run.Cancellation
            );
            run.Output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.Request.Stage}: a linear forecast foretells {foretold:P1} of the latents' variance"
                )
            );
        }
        return run.Train(PartName.Denoiser, stage, options.Steps, start.Share(options), (writer, summary, token) =>
        {
            start.Keep(network);
            writer.SetPart(PartName.Denoiser, config, network, trained: true, ScalarType.BFloat16, summary);
        });
    }
}
