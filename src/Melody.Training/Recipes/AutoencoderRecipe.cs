using Melody.Models;
using Melody.Nn;
using Melody.Training.Data;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;

namespace Melody.Training.Recipes;

/// <summary>The stages <c>autoencoder</c> and <c>decoder</c>: from audio to a trained autoencoder.</summary>
internal static class AutoencoderRecipe
{
    /// <summary>The whole autoencoder.</summary>
    public static Stage Stage { get; } = new("autoencoder", Parts.Autoencoder);

    /// <summary>The decoder alone: the encoder stays as it is, and with it everything that was encoded.</summary>
    public static Stage DecoderStage { get; } = new("decoder", Parts.Autoencoder);

    /// <summary>Trains the whole autoencoder.</summary>
    public static bool Train(Trainer trainer)
    {
        var start = trainer.Start(Parts.Autoencoder);
        var config = start.Config;
        var options = trainer.Options<AutoencoderTrainingOptions>();
        using var audio = TrainingAudio.Open(trainer.Request.Corpus, config.SampleRate);
        using var network = start.Create(trainer.Device, config);
        // hears the sound, where the options want it: the first stage of a new model has none yet
        using var tokenizer =
            options.SemanticWeight == 0
                ? null
                : Parts.SemanticTokenizer.Load(ModelFolder.Open(trainer.Request.ModelFolder), trainer.Device);
        using var stage = new AutoencoderStage(
            network,
            options,
            audio.Training,
            audio.Validation,
            trainer.Request.Seed,
            tokenizer: tokenizer
        );
        return trainer.Train(start, config, network, stage, options, options.Steps);
    }

    /// <summary>Trains the decoder of the model in the model folder.</summary>
    public static bool TrainDecoder(Trainer trainer)
    {
        if (trainer.Request.StartFrom is not null)
            throw new MelodyException(
                "The stage decoder starts from the autoencoder in the model folder given with --output; leave --start-from out."
            );
        var folder = ModelFolder.Open(trainer.Request.ModelFolder);
        var config = Parts.Autoencoder.Config(folder);
        var options = trainer.Options<AutoencoderTrainingOptions>();
        using var audio = TrainingAudio.Open(trainer.Request.Corpus, config.SampleRate);
        using var parameters = ParameterFactory.Empty(trainer.Device);
        using var network = Parts.Autoencoder.Create(config, parameters);
        folder.Load(Parts.Autoencoder.Name, network);
        using var tokenizer = options.SemanticWeight == 0 ? null : Parts.SemanticTokenizer.Load(folder, trainer.Device);
        using var stage = new AutoencoderStage(
            network,
            options,
            audio.Training,
            audio.Validation,
            trainer.Request.Seed,
            decoderOnly: true,
            tokenizer
        );
        var fixedEncoder = new BehindEncoder<AutoencoderTrainingOptions>(options, folder, Parts.Autoencoder);
        return trainer.Train(Parts.Autoencoder, config, network, stage, fixedEncoder, options.Steps);
    }
}
