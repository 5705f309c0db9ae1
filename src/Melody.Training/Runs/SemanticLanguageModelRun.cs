using Melody.Corpus.Records;
using Melody.LanguageModel;
using Melody.Models;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Parts;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>The stage <c>semantic-lm</c>: from encoded corpora to the language model.</summary>
internal static class SemanticLanguageModelRun
{
    /// <summary>Trains the language model.</summary>
    public static bool Train(StageRun run)
    {
        var start = new StartingWeights(run.Request, PartName.SemanticLanguageModel);
        var config = start.Config<SemanticLanguageModelConfig>();
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(run.Request);
        var folder = ModelFolder.Open(run.Request.ModelFolder);
        using var corpus = EncodedCorpus.Open(
            run.Request.Corpora,
            PartHash.OfEncoding(folder, PartName.JointEmbedding, PartName.SemanticTokenizer)
        );
        using var network = start.Create(run.Device, p => new SemanticLanguageModel(config, p));
        if (!start.OfModel)
            PrefixVectors.Begin(network, folder);
        using var stage = new SemanticLanguageModelStage(
            network,
            options,
            new SemanticWindows(
                corpus,
                DatasetSplit.Train,
                config,
                options.Conditions,
                options.JitterTokens,
                options.Batch,
                run.Request.Seed
            ),
            SemanticLanguageModelStage.Comparison.ToDictionary(
                mix => mix.Key,
                IBatchSource<SemanticBatch> (mix) =>
                    new SemanticWindows(corpus, DatasetSplit.Validation, config, mix.Value, 0, options.Batch, seed: 5)
            )
        );
        return run.Train(PartName.SemanticLanguageModel, stage, options.Steps, start.Share(options), (writer, summary, token) =>
        {
            start.Keep(network);
            writer.SetPart(PartName.SemanticLanguageModel, config, network, trained: true, ScalarType.BFloat16, summary);
        });
    }
}
