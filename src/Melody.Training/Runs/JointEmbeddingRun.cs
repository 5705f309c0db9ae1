using System.Text;
using Melody.Conditioning;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Parts;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>The stage <c>joint-embedding</c>: from a captioned corpus to the two towers and the quantizer of the prefix tokens.</summary>
internal static class JointEmbeddingRun
{
    /// <summary>Trains the towers, then fits the quantizer.</summary>
    public static bool Train(StageRun run)
    {
        var start = new StartingWeights(run.Request, PartName.JointEmbedding);
        var config = start.Config<JointEmbeddingConfig>();
        var options = TrainingPreset.Read<JointEmbeddingTrainingOptions>(run.Request);
        if (options.KeepQuantizer && !start.OfModel)
            throw new MelodyException("keepQuantizer keeps the quantizer of a trained model; name the model with --start-from.");
        using var corpus = CorpusReader.Open(run.Request.Corpus);
        CaptionedWindows Windows(DatasetSplit split, long seed) =>
            new(corpus, split, config.Audio.SampleRate, config.Audio.WindowSamples, options.TagShare, options.Batch, seed);
        var training = Windows(DatasetSplit.Train, run.Request.Seed);
        var validation = Windows(DatasetSplit.Validation, seed: 5);
        var vectors = start.Vocabulary is { } known ? new(known, [], []) : StartingVectors.Make(run.Request, config.Text, training.Texts);
        using var network = start.Create(run.Device, p => new JointEmbedding(config, vectors.Vocabulary, p));
        if (network.TextTower is WordTower tower && !start.OfModel)
            vectors.CopyTo(tower);
        using var stage = new JointEmbeddingStage(network, options, training, validation);
        return run.Train(PartName.JointEmbedding, stage, options.Steps, start.Share(options), (writer, summary, token) =>
        {
            var fitted = QuantizerFitting.Fit(network, stage, training, options, run.Request.Seed, token);
            run.Output.WriteLine(
                FormattableString.Invariant(
                    $"{run.Request.Stage}: the quantizer leaves {fitted[0]:F3} of a unit vector after one level and {fitted[^1]:F3} after {fitted.Count}"
                )
            );
            var assets = new Dictionary<string, byte[]> { [Vocabulary.FileName] = Encoding.UTF8.GetBytes(network.Vocabulary.ToText()) };
            writer.SetPart(PartName.JointEmbedding, config, network, trained: true, ScalarType.BFloat16, summary, assets);
        });
    }
}
