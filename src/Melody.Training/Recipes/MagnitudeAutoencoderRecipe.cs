using Melody.Corpus.Records;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Setup;
using Melody.Training.Stages;

namespace Melody.Training.Recipes;

/// <summary>The stage <c>magnitude-autoencoder</c>: from 48 kHz stereo sound to an autoencoder whose latents know no phase.</summary>
internal static class MagnitudeAutoencoderRecipe
{
    /// <summary>The stage.</summary>
    public static Stage Stage { get; } = new("magnitude-autoencoder", Parts.MagnitudeAutoencoder);

    /// <summary>Trains it.</summary>
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
        if (start.Model is null)
            stage.Normalize(training);
        return trainer.Train(start, config, network, stage, options, options.Steps);
    }
}
