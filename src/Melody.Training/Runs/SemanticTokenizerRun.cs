using Melody.Corpus.Records;
using Melody.Models;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Parts;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>The stage <c>semantic-tokenizer</c>: from audio, or a corpus that knows its notes, to the tokenizer and its centres.</summary>
internal static class SemanticTokenizerRun
{
    /// <summary>Trains the Conformer, then fits the centres.</summary>
    public static bool Train(StageRun run)
    {
        var start = new StartingWeights(run.Request, PartName.SemanticTokenizer);
        var config = start.Config<SemanticTokenizerConfig>();
        if (config.Readout is not (0 or FrameFacts.Count))
            throw new MelodyException(
                $"The tokenizer's readout tells {config.Readout} values of a frame; the notes of a corpus have {FrameFacts.Count}."
            );
        var options = TrainingPreset.Read<SemanticTokenizerTrainingOptions>(run.Request);
        using var audio = TrainingAudio.Open(run.Request.Corpus, config.SampleRate);
        IBatchSource<TokenizerBatch> Segments(DatasetSplit split, IAudioCollection pieces, long seed) =>
            audio.Corpus is { } corpus && options.NoteWeight > 0
                ? new DescribedTokenizerSegments(corpus, split, config.SampleRate, config.Hop, options.SegmentFrames, options.Batch, seed)
                : new PlainTokenizerSegments(new AudioSegments(pieces, options.Batch, options.SegmentFrames * config.Hop, seed));
        using var network = start.Create(run.Device, p => new SemanticTokenizer(config, p));
        using var stage = new SemanticTokenizerStage(
            network,
            options,
            Segments(DatasetSplit.Train, audio.Training, run.Request.Seed),
            Segments(DatasetSplit.Validation, audio.Validation, seed: 5),
            run.Request.Seed
        );
        return run.Train(PartName.SemanticTokenizer, stage, options.Steps, start.Share(options), (writer, summary, token) =>
        {
            double distance = CentreFitting.Fit(network, audio.Training, options, run.Request.Seed, token);
            run.Output.WriteLine(
                FormattableString.Invariant(
                    $"{run.Request.Stage}: {config.Codes} centres leave {distance:F3} of the tapped layer's variance"
                )
            );
            writer.SetPart(PartName.SemanticTokenizer, config, network, trained: true, ScalarType.BFloat16, summary);
        });
    }
}
