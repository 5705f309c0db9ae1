using System.Text.Json;
using Melody.Autoencoder;
using Melody.Nn;
using Melody.Presets;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training;

/// <summary>From a request to a trained part in the model folder: builds the stage, runs the loop, writes the weights.</summary>
internal static class StageRunner
{
    /// <summary>The stages in the order in which they are trained.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["autoencoder"];

    /// <summary>Trains a stage.</summary>
    /// <returns>Whether the last step has been reached.</returns>
    /// <exception cref="MelodyException">The stage, preset, corpus or a folder cannot be used, or the training diverged.</exception>
    public static bool Run(TrainingRequest request, TextWriter output, CancellationToken cancellation) => request.Stage switch
    {
        "autoencoder" => TrainAutoencoder(request, output, cancellation),
        _ => throw new MelodyException($"There is no stage '{request.Stage}'; the stages are {string.Join(", ", Stages)}."),
    };

    private static bool TrainAutoencoder(TrainingRequest request, TextWriter output, CancellationToken cancellation)
    {
        var config = PresetFile.Read<AutoencoderConfig>(request.Preset, PartName.Autoencoder);
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>(request.Preset, request.Stage);
        var audio = AudioFolder.Load(request.Corpus, config.SampleRate);
        using var parameters = ParameterFactory.Random(request.Seed);
        using var network = AudioAutoencoder.Create(config, parameters);
        using var stage = new AutoencoderStage(network, options, audio.Take(i => i % 20 != 0), audio.Take(i => i % 20 == 0), request.Seed);
        return Train(request, stage, options.Steps, options, output, (writer, summary) =>
            writer.SetPart(PartName.Autoencoder, config, network, trained: true, ScalarType.BFloat16, summary), cancellation);
    }

    private static bool Train<TBatch>(TrainingRequest request, TrainingStage<TBatch> stage, long steps, object stageOptions, TextWriter output,
        Action<ModelFolderWriter, object> export, CancellationToken cancellation)
    {
        var options = new TrainingOptions
        {
            RunFolder = request.RunFolder,
            Steps = request.Steps ?? steps,
            Budget = request.Budget,
            Seed = request.Seed,
            Resume = request.Resume,
            CheckpointInterval = request.CheckpointInterval,
            ValidationSteps = request.ValidationSteps,
            Configuration = JsonSerializer.Serialize(new { request.Stage, request.Preset, request.Seed, Options = ConfigJson.Write(stageOptions) }),
        };
        var log = new ConsoleLog(output, request.RunFolder);
        using var loop = new TrainingLoop<TBatch>(stage, options, log);
        bool finished = loop.Run(cancellation);
        if (finished || request.Export)
        {
            using var writer = File.Exists(Path.Combine(request.ModelFolder, ModelFolder.ConfigName))
                ? ModelFolderWriter.Update(request.ModelFolder)
                : ModelFolderWriter.Create(request.ModelFolder, $"melody-{request.Preset}", request.Preset);
            loop.WithAverages(() => export(writer, loop.Summary()));
            writer.Commit();
            output.WriteLine($"{request.Stage}: weights written into {request.ModelFolder}");
        }
        return finished;
    }
}
