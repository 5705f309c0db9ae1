using System.Globalization;
using Melody.Autoencoder;
using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Foundation;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Speed;

/// <summary>Times the stages of training as they are, loop, optimiser and batches included.</summary>
internal static class TrainingSpeed
{
    private const int WarmUp = 1;

    /// <summary>What can be measured.</summary>
    public static IReadOnlyList<Stage> Stages { get; } =
    [SemanticLanguageModelRecipe.Stage, AutoencoderRecipe.Stage, DiffusionRecipe.Stage];

    /// <summary>
    /// Measures stages: the language model with 11 million parameters, the autoencoder's reconstruction phase, the denoiser.
    /// </summary>
    /// <param name="stages">Some of <see cref="Stages"/>.</param>
    /// <param name="preset">Whose sizes and batches: mini or test.</param>
    /// <param name="steps">Steps that count, in each precision.</param>
    /// <param name="corpus">Sound for the autoencoder; null for synthetic sound.</param>
    /// <param name="encoded">An encoded corpus for the other two; null for random tokens and latents.</param>
    /// <param name="choice">Where to train.</param>
    /// <param name="compare">Whether float32 is measured beside bfloat16.</param>
    /// <param name="progress">Reports what share of the stages is done.</param>
    /// <param name="cancellation">Ends after the running step.</param>
    public static TrainingSpeedReport Measure(
        IReadOnlyCollection<Stage> stages,
        string preset,
        int steps,
        string? corpus,
        string? encoded,
        ComputeDevice choice,
        bool compare,
        Action<double> progress,
        CancellationToken cancellation
    )
    {
        var device = TorchDevice.Resolve(choice);
        var before = MachineLoad.Averages();
        var rows = new List<TrainingSpeedRow>();
        using var tokens = encoded is null ? null : EncodedCorpus.Open(encoded, new Dictionary<string, string>());
        foreach (var stage in Stages.Where(stages.Contains))
        {
            progress((double)rows.Count / stages.Count);
            rows.Add(
                stage == SemanticLanguageModelRecipe.Stage ? LanguageModel(preset, steps, tokens, device, compare, cancellation)
                : stage == AutoencoderRecipe.Stage ? Autoencoder(preset, steps, corpus, device, compare, cancellation)
                : Denoiser(preset, steps, tokens, device, compare, cancellation)
            );
        }
        progress(1);
        string precision =
            TorchDevice.Precision(device) == ScalarType.BFloat16
                ? "bfloat16 products over float32 parameters"
                : "float32: this processor does not multiply bfloat16 in hardware, so training chooses float32 by itself";
        List<string> notes =
        [
            $"Sizes and batches of the preset {preset}, {precision}, on {device.type.ToString().ToLowerInvariant()} with "
                + $"{get_num_threads()} thread{(get_num_threads() == 1 ? "" : "s")}.",
            $"Sound: {(corpus is null ? "synthetic" : "a corpus")}; tokens and latents: "
                + $"{(encoded is null ? "random" : "an encoded corpus")}.",
            MachineLoad.Sentence(before),
        ];
        if (rows.Any(row => row.Float32Ratio is not null))
            notes.Add(Products(device));
        return new(notes, get_num_threads(), rows);
    }

    // what the ratios of the stages stand beside: no stage gains more from bfloat16 than its products do
    private static string Products(Device device)
    {
        double Peak(ScalarType type)
        {
            using var _ = ComputePrecision.Use(type);
            return MatmulPeak.Measure(device) / 1e9;
        }
        double half = Peak(TorchDevice.Precision(device)),
            single = Peak(ScalarType.Float32);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"A plain square matrix product reaches {half:0} GFLOP/s in bfloat16 and {single:0} in float32, {half / single:0.00} "
                + $"times as much."
        );
    }

    /// <summary>The language model of a preset, made larger for mini: the aim is stated for 11 million parameters.</summary>
    public static SemanticLanguageModelConfig LanguageModelSizes(string preset)
    {
        var sizes = Parts.SemanticLanguageModel.Config(preset);
        return preset == "mini" ? sizes with { Layers = 10, FeedForward = 768 } : sizes;
    }

    private static TrainingSpeedRow LanguageModel(
        string preset,
        int steps,
        EncodedCorpus? encoded,
        Device device,
        bool compare,
        CancellationToken cancellation
    )
    {
        var sizes = LanguageModelSizes(preset);
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(preset, SemanticLanguageModelRecipe.Stage);
        using var network = NewNetwork.Create(1, device, p => new SemanticLanguageModel(sizes, p));
        IBatchSource<SemanticBatch> batches = encoded is null
            ? new SyntheticSemantics(sizes, options.Batch)
            : new SemanticWindows(encoded, DatasetSplit.Train, sizes, options.Conditions, options.JitterTokens, options.Batch, 1);
        using var stage = new SemanticLanguageModelStage(network, options, batches, new Dictionary<string, IBatchSource<SemanticBatch>>());
        var row = Run(stage, "language model", network, steps, device, compare, encoded is not null, cancellation);
        return row with { TokenSpeed = options.Batch * sizes.Window / row.StepSeconds };
    }

    private static TrainingSpeedRow Autoencoder(
        string preset,
        int steps,
        string? corpus,
        Device device,
        bool compare,
        CancellationToken cancellation
    )
    {
        var sizes = Parts.Autoencoder.Config(preset);
        // no discriminators: the reconstruction phase
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>(preset, AutoencoderRecipe.Stage) with
        {
            ReconstructionSteps = long.MaxValue,
        };
        using var audio = corpus is null ? null : TrainingAudio.Open(corpus, sizes.SampleRate);
        var synthetic = new SyntheticAudio(sizes.SampleRate);
        using var network = NewNetwork.Create(1, device, p => AudioAutoencoder.Create(sizes, p));
        using var stage = new AutoencoderStage(network, options, audio?.Training ?? synthetic, audio?.Validation ?? synthetic, 1);
        return Run(stage, "autoencoder, reconstruction", network, steps, device, compare, corpus is not null, cancellation);
    }

    private static TrainingSpeedRow Denoiser(
        string preset,
        int steps,
        EncodedCorpus? encoded,
        Device device,
        bool compare,
        CancellationToken cancellation
    )
    {
        var sizes = Parts.Denoiser.Config(preset);
        var options = TrainingPreset.Read<DiffusionTrainingOptions>(preset, DiffusionRecipe.Stage);
        IBatchSource<LatentBatch> batches = encoded is null
            ? new SyntheticLatents(sizes, options.Batch)
            : new LatentWindows(encoded, DatasetSplit.Train, sizes, options.Batch, 1);
        using var network = NewNetwork.Create(1, device, p => new DualPathDenoiser(sizes, p));
        using var stage = new DiffusionStage(network, options, batches, batches);
        return Run(stage, "denoiser", network, steps, device, compare, encoded is not null, cancellation);
    }

    private static TrainingSpeedRow Run<TBatch>(
        TrainingStage<TBatch> stage,
        string name,
        nn.Module network,
        int steps,
        Device device,
        bool compare,
        bool realBatches,
        CancellationToken cancellation
    )
    {
        var precision = TorchDevice.Precision(device);
        bool both = compare && precision != ScalarType.Float32;
        using var folder = WorkFolder.Create("bench");
        using var timer = new StepTimer(both ? [precision, ScalarType.Float32] : [precision], WarmUp, steps, cancellation);
        using var outer = ComputePrecision.Use(precision);
        using (
            var loop = new TrainingLoop<TBatch>(
                stage,
                new()
                {
                    RunFolder = folder.Path,
                    Steps = long.MaxValue,
                    LogSteps = 1,
                    ValidationSteps = 0,
                },
                timer
            )
        )
            loop.Run(timer.Enough);
        cancellation.ThrowIfCancellationRequested();
        double seconds = timer.Seconds(precision);
        return new(
            name,
            network.parameters().Sum(p => p.numel()),
            precision == ScalarType.BFloat16 ? "bfloat16" : "float32",
            steps,
            seconds,
            timer.Processor(precision),
            stage.AudioSecondsPerBatch / seconds,
            null,
            both ? timer.Seconds(ScalarType.Float32) / seconds : null,
            both ? timer.Processor(ScalarType.Float32) / timer.Processor(precision) : null,
            realBatches ? timer.WaitingShare(precision) : null,
            stage.FlopsPerBatch > 0 ? stage.FlopsPerBatch / seconds / timer.MatmulPeak : null
        );
    }
}
