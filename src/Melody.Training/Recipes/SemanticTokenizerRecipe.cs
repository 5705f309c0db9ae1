using Melody.Corpus.Records;
using Melody.Models;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Setup;
using Melody.Training.Stages;

namespace Melody.Training.Recipes;

/// <summary>The stage <c>semantic-tokenizer</c>: from audio, or a corpus that knows its notes, to the tokenizer and its centres.</summary>
internal static class SemanticTokenizerRecipe
{
    /// <summary>The stage.</summary>
    public static Stage Stage { get; } = new("semantic-tokenizer", Parts.SemanticTokenizer);

    /// <summary>Trains the Conformer, then fits the centres; before it where they are of scores.</summary>
    public static bool Train(Trainer trainer)
    {
        var request = trainer.Request;
        var start = trainer.Start(Parts.SemanticTokenizer);
        var config = start.Config;
        if (config.Readout != 0 && !FrameFacts.Tells(config.Readout))
            throw new MelodyException(
                $"The tokenizer's readout gives {config.Readout} values of a frame; "
                    + $"possible are 0 and {string.Join(", ", FrameFacts.Lengths)}."
            );
        var options = trainer.Options<SemanticTokenizerTrainingOptions>();
        using var audio = TrainingAudio.Open(request.Corpora, config.SampleRate);
        IBatchSource<TokenizerBatch> Segments(DatasetSplit split, IAudioCollection pieces, long seed) =>
            audio.Corpora is [_, ..] corpora && options.NoteWeight > 0
                ? new DescribedTokenizerSegments(corpora, split, config.SampleRate, config.Hop, options.SegmentFrames, options.Batch, seed)
                : new PlainTokenizerSegments(new AudioSegments(pieces, options.Batch, options.SegmentFrames * config.Hop, seed));
        using var network = start.Create(trainer.Device, config);
        using var stage = new SemanticTokenizerStage(
            network,
            options,
            Segments(DatasetSplit.Train, audio.Training, request.Seed),
            Segments(DatasetSplit.Validation, audio.Validation, BatchRandom.ValidationSeed),
            request.Seed
        );
        // scores say the same however long the network is trained, and so do tokens that were made of them
        if (config.ScoreTokens && !trainer.GoesOn && !network.HasCentres)
            Fit(trainer.Cancellation);
        return trainer.Train(start, config, network, stage, options, options.Steps, config.ScoreTokens ? null : Fit);

        void Fit(CancellationToken token)
        {
            double distance = CentreFitting.Fit(network, audio.Training, audio.Corpora, options, request.Seed, token);
            trainer.Note($"{config.Sizes()} centres leave {distance:F3} of the variance of what they divide");
        }
    }
}
