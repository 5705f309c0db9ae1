using Melody.Autoencoder;
using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Models;
using Melody.Steering;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Losses;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Recipes;

/// <summary>The stage <c>diffusion</c>: from encoded corpora to the denoiser.</summary>
internal static class DiffusionRecipe
{
    // batches over which the deviation of the latents is measured
    private const int MeasuredBatches = 50;

    // what the weights of latent channels are measured with
    private const long WeighedWindows = 4,
        WeighedFrames = 50;

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
        if (options.AddPrompts && !begun.StylePrompts)
            config = config with { PromptWidth = Parts.JointEmbedding.Config(folder).EmbeddingWidth };
        if (begun.ForecastTokens == 0)
            config = config with { ForecastTokens = options.AddForecast };
        bool ignores = options.IgnoreCodebooks.Count > 0 && !options.IgnoreCodebooks.SequenceEqual(begun.IgnoredCodebooks);
        if (ignores)
            config = config with { IgnoredCodebooks = options.IgnoreCodebooks };

        if (options.NewPalette > 0)
            config = config with
            {
                PaletteSize = options.NewPalette,
                PaletteVectorWidth = Parts.JointEmbedding.Config(folder).EmbeddingWidth,
            };
        SizeCheck.Require(config, "The denoiser");

        var autoencoder = LoadedCodec.PartOf(folder);
        List<Part> encoders = [autoencoder, Parts.SemanticTokenizer];
        if (config.HearsEmbedding || config.PaletteVectorWidth > 0)
            encoders.Add(Parts.JointEmbedding);
        start.RequireFit(folder, encoders, config);
        using var corpus = EncodedCorpus.Open(request.Corpora, PartHash.OfEncoding(folder, encoders));
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
        bool styles =
            network.Style is { } measure && !trainer.GoesOn && !(measure.IsFitted && known && start.Knows(autoencoder, folder) && !ignores);
        if (styles)
        {
            var style = network.Style!;
            double explained = StyleFitting.Begin(style, training, config, trainer.Cancellation);
            trainer.Note($"tables of tokens explain {explained:P1} of the latents' mean square");
        }
        if (network.Style?.Palette is not null && (styles || (options.NewPalette > 0 && !trainer.GoesOn)))
            FillPalette(network.Style, corpus, folder, config, options, trainer);

        using var codec = LoadedCodec.Open(folder, trainer.Device);
        using var embedding = !config.HearsEmbedding ? null : Parts.JointEmbedding.Load(folder, trainer.Device);
        var validation = new LatentWindows(
            corpus,
            DatasetSplit.Validation,
            config,
            options.Batch,
            BatchRandom.ValidationSeed,
            new(Text: 1, Dropped: 0)
        );
        var weights = options.LatentWeightPower == 0 ? null : Weights(training, config, codec.Codec, options.LatentWeightPower, trainer);
        var recall = options.ForeignStyle == 0 ? null : RequireRecall(folder, config, trainer);
        using var stage = new DiffusionStage(network, options, training, validation, codec.Codec, embedding?.Quantizer, weights, recall);
        bool forecasts = known && !styles && begun.ForecastTokens > 0 && begun.PromptWidth == config.PromptWidth;
        if (config.ForecastTokens > 0 && !forecasts && !trainer.GoesOn)
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

    private static void FillPalette(
        StyleMeasure style,
        EncodedCorpus corpus,
        ModelFolder folder,
        DenoiserConfig config,
        DiffusionTrainingOptions options,
        Trainer trainer
    )
    {
        bool vectors = config.PaletteVectorWidth > 0;
        using var embedding = vectors ? Parts.JointEmbedding.Load(folder, trainer.Device) : null;
        using var recall = Recall(folder, trainer);
        var windows = new LatentWindows(
            corpus,
            DatasetSplit.Train,
            config,
            options.Batch,
            trainer.Request.Seed,
            new(Text: 0, Dropped: 0),
            described: vectors
        );
        PaletteChoice.Fill(style, windows, config, trainer.Cancellation, recall, embedding?.Quantizer);
        trainer.Note($"the palette keeps {config.PaletteSize} passages");
    }

    private static TokenRecall? Recall(ModelFolder folder, Trainer trainer)
    {
        using var tokenizer = Parts.SemanticTokenizer.Load(folder, trainer.Device);
        return TokenRecall.Of(tokenizer);
    }

    private static TokenRecall RequireRecall(ModelFolder folder, DenoiserConfig config, Trainer trainer) =>
        (config.StylePrompts ? Recall(folder, trainer) : null)
        ?? throw new MelodyException(
            "foreignStyle needs a denoiser that hears styles and a tokenizer with a codebook that only sound tells; set it to 0."
        );

    // of the first windows of the training
    private static Tensor Weights(LatentWindows training, DenoiserConfig config, ISoundCodec codec, double power, Trainer trainer)
    {
        var batch = training.Create(0).Latents;
        long windows = batch.Length / config.Frames / config.LatentChannels;
        using var latents = tensor(batch, [windows, config.Frames, config.LatentChannels], ScalarType.Float32, trainer.Device);
        using var heard = latents.narrow(0, 0, Math.Min(WeighedWindows, windows)).narrow(1, 0, Math.Min(WeighedFrames, config.Frames));
        var weights = LatentWeights.Measure(codec, heard, power);
        using var scope = NewDisposeScope();
        var leading = weights.sort(descending: true).Values.narrow(0, 0, (config.LatentChannels + 9) / 10).sum() / config.LatentChannels;
        trainer.Note($"a tenth of the latent channels has {leading.item<float>():P0} of the loss's weight");
        return weights;
    }
}
