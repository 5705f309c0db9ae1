using Melody.Autoencoder.Magnitude;
using Melody.Corpus.Records;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Parts;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>The stage <c>magnitude-autoencoder</c>: from 48 kHz stereo sound to an autoencoder whose latents know no phase.</summary>
internal static class MagnitudeAutoencoderRun
{
    /// <summary>Trains it.</summary>
    public static bool Train(StageRun run)
    {
        var start = new StartingWeights(run.Request, PartName.MagnitudeAutoencoder);
        var config = start.Config<MagnitudeAutoencoderConfig>();
        var options = TrainingPreset.Read<MagnitudeAutoencoderTrainingOptions>(run.Request);
        using var training = new StereoAudio(run.Request.Corpora, DatasetSplit.Train, config.SampleRate);
        using var validation = new StereoAudio(run.Request.Corpora, DatasetSplit.Validation, config.SampleRate);
        using var network = start.Create(run.Device, p => new MagnitudeAutoencoder(config, p));
        using var stage = new MagnitudeAutoencoderStage(network, options, training, validation, run.Request.Seed);
        if (!start.OfModel)
            stage.Normalize(training);
        return run.Train(PartName.MagnitudeAutoencoder, stage, options.Steps, start.Share(options), (writer, summary, token) =>
            writer.SetPart(PartName.MagnitudeAutoencoder, config, network, trained: true, ScalarType.BFloat16, summary)
        );
    }
}
