using Melody.Corpus.Records;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;

namespace Melody.Training.Recipes;

/// <summary>The stage <c>semantic-lm</c>: from encoded corpora to the language model.</summary>
internal static class SemanticLanguageModelRecipe
{
    /// <summary>The stage.</summary>
    public static Stage Stage { get; } = new("semantic-lm", Parts.SemanticLanguageModel, MayKeepStart: true, TakesSeveralCorpora: true);

    /// <summary>Trains the language model.</summary>
    public static bool Train(Trainer trainer)
    {
        var request = trainer.Request;
        var start = trainer.Start(Parts.SemanticLanguageModel);
        var config = start.Config;
        var options = trainer.Options<SemanticLanguageModelTrainingOptions>();
        var folder = ModelFolder.Open(request.ModelFolder);
        List<Part> encoders = [Parts.JointEmbedding, Parts.SemanticTokenizer];
        start.RequireFit(folder, encoders, config);
        using var corpus = EncodedCorpus.Open(request.Corpora, PartHash.OfEncoding(folder, encoders));
        using var network = start.Create(trainer.Device, config);
        if (start.Model is null)
            PrefixVectors.Begin(network, folder);
        var transposition = options.TransposedShare == 0 ? null : Transposition(folder);
        SemanticWindows Windows(DatasetSplit split, ConditionMix conditions, int jitter, long seed) =>
            new(
                corpus,
                split,
                config,
                conditions,
                jitter,
                options.Batch,
                seed,
                split == DatasetSplit.Train ? transposition : null,
                options.TransposedShare,
                heard: split == DatasetSplit.Validation
            );
        bool heard = corpus.WindowsOf(DatasetSplit.Validation).Any(corpus.HasAudioPrefix);
        using var stage = new SemanticLanguageModelStage(
            network,
            options,
            Windows(DatasetSplit.Train, options.Conditions, options.JitterTokens, request.Seed),
            SemanticLanguageModelStage
                .Comparison.Where(mix => heard || mix.Value is { Text: > 0 } or { None: > 0 })
                .ToDictionary(
                    mix => mix.Key,
                    IBatchSource<SemanticBatch> (mix) => Windows(DatasetSplit.Validation, mix.Value, 0, BatchRandom.ValidationSeed)
                )
        );
        return trainer.Train(start, config, network, stage, options, options.Steps);
    }

    private static TokenTransposition Transposition(ModelFolder folder)
    {
        using var tokenizer = Parts.SemanticTokenizer.Load(folder, TorchSharp.torch.CPU);
        return new(tokenizer);
    }
}
