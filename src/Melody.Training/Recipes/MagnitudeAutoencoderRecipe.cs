using Melody.Corpus.Records;
using Melody.Models;
using Melody.Nn;
using Melody.Training.Data;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;

namespace Melody.Training.Recipes;

/// <summary>
/// The stages <c>magnitude-autoencoder</c> and <c>magnitude-decoder</c>: from 48 kHz stereo sound to an autoencoder whose latents
/// know no phase.
/// </summary>
internal static class MagnitudeAutoencoderRecipe
{
    /// <summary>The stage.</summary>
    public static Stage Stage { get; } = new("magnitude-autoencoder", Parts.MagnitudeAutoencoder);

    /// <summary>The decoder alone, with discriminators: the encoder stays as it is, and with it everything that was encoded.</summary>
    public static Stage DecoderStage { get; } = new("magnitude-decoder", Parts.MagnitudeAutoencoder);

    /// <summary>Trains the whole autoencoder.</summary>
    public static bool Train(Trainer trainer)
    {
        var request = trainer.Request;
        var start = trainer.Start(Parts.MagnitudeAutoencoder);
        var config = start.Config;
        var options = trainer.Options<MagnitudeAutoencoderTrainingOptions>();
        using var training = new StereoAudio(request.Corpora, DatasetSplit.Train, config.SampleRate);
        using var validation = new StereoAudio(request.Corpora, DatasetSplit.Validation, config.SampleRate);
        using var network = start.Create(trainer.Device, config);
        using var stage = new MagnitudeAutoencoderStage(network, options, training, validation, request.Seed);
        if (start.Model is null && !trainer.GoesOn)
        {
            stage.Normalize(training);
            if (options.LinearFrames > 0)
                stage.BeginLinear(training, request.Seed);
        }
        return trainer.Train(start, config, network, stage, options, options.Steps);
    }

    /// <summary>Trains the decoder of the model in the model folder.</summary>
    public static bool TrainDecoder(Trainer trainer)
    {
        var request = trainer.Request;
        if (request.StartFrom is not null)
            throw new MelodyException(
                "The stage magnitude-decoder starts from the magnitude autoencoder in the model folder given with --output; leave "
                    + "--start-from out."
            );
        var folder = ModelFolder.Open(request.ModelFolder);
        var config = Parts.MagnitudeAutoencoder.Config(folder);
        var options = trainer.Options<MagnitudeDecoderTrainingOptions>();
        using var training = new StereoAudio(request.Corpora, DatasetSplit.Train, config.SampleRate);
        using var validation = new StereoAudio(request.Corpora, DatasetSplit.Validation, config.SampleRate);
        using var parameters = ParameterFactory.Empty(trainer.Device);
        using var network = Parts.MagnitudeAutoencoder.Create(config, parameters);
        folder.Load(Parts.MagnitudeAutoencoder.Name, network);
        using var stage = new MagnitudeAutoencoderStage(network, options, training, validation, request.Seed);
        var behind = new BehindEncoder<MagnitudeDecoderTrainingOptions>(options, folder, Parts.MagnitudeAutoencoder);
        return trainer.Train(Parts.MagnitudeAutoencoder, config, network, stage, behind, options.Steps);
    }
}
