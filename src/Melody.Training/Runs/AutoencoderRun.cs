using Melody.Autoencoder;
using Melody.Models;
using Melody.Nn;
using Melody.Training.Data;
using Melody.Training.Parts;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>The stages <c>autoencoder</c> and <c>decoder</c>: from audio to a trained autoencoder.</summary>
internal static class AutoencoderRun
{
    /// <summary>The whole autoencoder.</summary>
    public static bool Train(StageRun run)
    {
        var start = new StartingWeights(run.Request, PartName.Autoencoder);
        var config = start.Config<AutoencoderConfig>();
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>(run.Request);
        using var audio = TrainingAudio.Open(run.Request.Corpus, config.SampleRate);
        using var network = start.Create(run.Device, p => AudioAutoencoder.Create(config, p));
        // hears the sound, where the options want it: the first stage of a new model has none yet
        using var tokenizer =
            options.SemanticWeight == 0 ? null : TrainedPart.LoadSemanticTokenizer(ModelFolder.Open(run.Request.ModelFolder), run.Device);
        using var stage = new AutoencoderStage(network, options, audio.Training, audio.Validation, run.Request.Seed, tokenizer: tokenizer);
        return run.Train(PartName.Autoencoder, stage, options.Steps, start.Share(options), (writer, summary, token) =>
            writer.SetPart(PartName.Autoencoder, config, network, trained: true, ScalarType.BFloat16, summary)
        );
    }

    /// <summary>The decoder alone: the encoder stays as it is, and with it everything that was encoded.</summary>
    public static bool TrainDecoder(StageRun run)
    {
        if (run.Request.StartFrom is not null)
            throw new MelodyException(
                "The stage decoder starts from the autoencoder in the model folder given with --output; leave --start-from out."
            );
        var folder = ModelFolder.Open(run.Request.ModelFolder);
        var config = folder.Config<AutoencoderConfig>(PartName.Autoencoder);
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>(run.Request);
        using var audio = TrainingAudio.Open(run.Request.Corpus, config.SampleRate);
        using var parameters = ParameterFactory.Empty(run.Device);
        using var network = AudioAutoencoder.Create(config, parameters);
        folder.Load(PartName.Autoencoder, network);
        using var tokenizer = options.SemanticWeight == 0 ? null : TrainedPart.LoadSemanticTokenizer(folder, run.Device);
        using var stage = new AutoencoderStage(
            network,
            options,
            audio.Training,
            audio.Validation,
            run.Request.Seed,
            decoderOnly: true,
            tokenizer
        );
        var fixedEncoder = new BehindEncoder(options, PartHash.OfEncoding(folder, PartName.Autoencoder)[PartName.Autoencoder]);
        return run.Train(PartName.Autoencoder, stage, options.Steps, fixedEncoder, (writer, summary, token) =>
            writer.SetPart(PartName.Autoencoder, config, network, trained: true, ScalarType.BFloat16, summary)
        );
    }

    private sealed record BehindEncoder(AutoencoderTrainingOptions Options, string Encoder);
}
