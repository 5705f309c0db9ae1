using System.Text;
using Melody.Conditioning;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Setup;
using Melody.Training.Stages;

namespace Melody.Training.Recipes;

/// <summary>The stage <c>joint-embedding</c>: from a captioned corpus to the two towers and the quantizer of the prefix tokens.</summary>
internal static class JointEmbeddingRecipe
{
    /// <summary>The stage.</summary>
    public static Stage Stage { get; } = new("joint-embedding", Parts.JointEmbedding);

    /// <summary>Trains the towers, then fits the quantizer.</summary>
    public static bool Train(Trainer trainer)
    {
        var request = trainer.Request;
        var start = trainer.Start(Parts.JointEmbedding);
        var config = start.Config;
        var options = trainer.Options<JointEmbeddingTrainingOptions>();
        if (options.KeepQuantizer && start.Model is null)
            throw new MelodyException("keepQuantizer keeps the quantizer of a trained model; name the model with --start-from.");
        using var corpus = CorpusReader.Open(request.Corpus);
        CaptionedWindows Windows(DatasetSplit split, long seed) =>
            new(corpus, split, config.Audio.SampleRate, config.Audio.WindowSamples, options.TagShare, options.Batch, seed);
        var training = Windows(DatasetSplit.Train, request.Seed);
        var validation = Windows(DatasetSplit.Validation, BatchRandom.ValidationSeed);
        var vectors = start.Model is { } model
            ? new(Parts.ReadVocabulary(model), [], [])
            : StartingVectors.Make(request, config.Text, training.Texts);
        using var network = start.Create(trainer.Device, config, _ => Encoding.UTF8.GetBytes(vectors.Vocabulary.ToText()));
        if (network.TextTower is WordTower tower && start.Model is null)
            vectors.CopyTo(tower);
        using var stage = new JointEmbeddingStage(network, options, training, validation);
        return trainer.Train(start, config, network, stage, options, options.Steps, token =>
        {
            var fitted = QuantizerFitting.Fit(network, stage, training, options, request.Seed, token);
            trainer.Note($"the quantizer leaves {fitted[0]:F3} of a unit vector after one level and {fitted[^1]:F3} after {fitted.Count}");
        });
    }
}
