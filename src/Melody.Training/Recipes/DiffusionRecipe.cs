using Melody.Corpus.Records;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;

namespace Melody.Training.Recipes;

/// <summary>The stage <c>diffusion</c>: from encoded corpora to the denoiser.</summary>
internal static class DiffusionRecipe
{
    // batches over which the deviation of the latents is measured
    private const int MeasuredBatches = 50;

    /// <summary>The stage.</summary>
    public static Stage Stage { get; } = new("diffusion", Parts.Denoiser, MayKeepStart: true, TakesSeveralCorpora: true);

    /// <summary>Trains the denoiser, after measuring its latents and fitting its forecast where they are new.</summary>
    public static bool Train(Trainer trainer)
    {
        var request = trainer.Request;
        var start = trainer.Start(Parts.Denoiser);
        var begun = start.Config;
        var config = begun;
        var options = trainer.Options<DiffusionTrainingOptions>();
        var folder = ModelFolder.Open(request.ModelFolder);
        if (options.AddPrompts)
            config = config with { PromptWidth = Parts.JointEmbedding.Config(folder).EmbeddingWidth };
        if (begun.ForecastTokens == 0)
            config = config with { ForecastTokens = options.AddForecast };

        var autoencoder = LoadedCodec.PartOf(folder);
        List<Part> heard = [autoencoder, Parts.SemanticTokenizer];
        if (config.PromptWidth > 0)
            heard.Add(Parts.JointEmbedding);
        using var corpus = EncodedCorpus.Open(request.Corpora, PartHash.OfEncoding(folder, heard));
        var mix = new PromptMix(options.TextShare, options.PromptDropped);
        var training = new LatentWindows(corpus, DatasetSplit.Train, config, options.Batch, request.Seed, mix);
        if (options.UnitVariance && !start.Knows(autoencoder, folder))
        {
            double deviation = training.Deviation(MeasuredBatches);
            config = config with { LatentScale = Math.Round(1 / Math.Max(deviation, 1e-3), 3) };
            trainer.Note($"the latents deviate by {deviation:F4} and are scaled by {config.LatentScale}");
        }
        using var network = start.Create(trainer.Device, config);
        bool known = start.Knows(Parts.SemanticTokenizer, folder);
        if (!known)
            TokenVectors.Begin(network, folder, request.Seed);

        using var codec = LoadedCodec.Open(folder, trainer.Device);
        using var embedding = config.PromptWidth == 0 ? null : Parts.JointEmbedding.Load(folder, trainer.Device);
        var validation = new LatentWindows(
            corpus,
            DatasetSplit.Validation,
            config,
            options.Batch,
            BatchRandom.ValidationSeed,
            new(Text: 1, Dropped: 0)
        );
        using var stage = new DiffusionStage(network, options, training, validation, codec.Codec, embedding?.Quantizer);
        bool forecasts = known && begun.ForecastTokens > 0 && begun.PromptWidth == config.PromptWidth;
        if (config.ForecastTokens > 0 && !forecasts && !request.Resume)
        {
            double explained = ForecastWeights.Begin(
                network,
                ForecastWeights.Windows / options.Batch + 1,
                i => stage.Load(training.Create(i)),
                trainer.Cancellation
            );
            trainer.Note($"a linear forecast explains {explained:P1} of the latents' variance");
        }
        return trainer.Train(start, config, network, stage, options, options.Steps);
    }
}
