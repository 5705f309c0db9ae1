using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Evaluation.Speed;
using Melody.Presets;
using Melody.Runtime;
using Melody.Training.Setup;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody bench train</c>: how fast the stages train here, and bfloat16 beside float32.</summary>
internal sealed class BenchTrainVerb : Verb
{
    private readonly Argument<string[]> _stages = new("stage")
    {
        Description = $"What to measure: {string.Join(", ", TrainingSpeed.Stages)}; all by default.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Sizes and batches: mini (the default, its language model enlarged to 11 M parameters), test or paper.",
        HelpName = "name",
        DefaultValueFactory = _ => "mini",
    };
    private readonly Option<int?> _steps = TypedOption.Number(
        "--steps",
        "Steps in each precision whose median counts; 7 by default.",
        1,
        100_000
    );
    private readonly Option<string?> _corpus = new("--corpus")
    {
        Description = "A corpus or folder of audio files for the autoencoder; synthetic sound without it.",
        HelpName = "folder",
    };
    private readonly Option<string?> _encoded = new("--encoded")
    {
        Description = "An encoded corpus for language model and denoiser; random tokens and latents without it.",
        HelpName = "folder",
    };
    private readonly Option<bool> _alone = new("--no-float32") { Description = "Do not measure float32 beside bfloat16." };

    public BenchTrainVerb()
        : base("train", "Measures how fast the stages train here.")
    {
        Arguments.Add(_stages);
        foreach (var option in new Option[] { _preset, _steps, _corpus, _encoded, _alone })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var preset = arguments.GetRequiredValue(_preset);
        if (!PresetFile.Names.Contains(preset))
            throw new MelodyException($"Unknown preset '{preset}'; valid presets are {string.Join(", ", PresetFile.Names)}.");
        var stages = arguments.GetValue(_stages) is { Length: > 0 } some ? [.. some.Distinct().Select(Named)] : TrainingSpeed.Stages;
        TorchRuntime.Initialize();
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var report = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                        TrainingSpeed.Measure(
                            stages,
                            preset,
                            arguments.GetValue(_steps) ?? 7,
                            arguments.GetValue(_corpus),
                            arguments.GetValue(_encoded),
                            context.Device,
                            !arguments.GetValue(_alone),
                            fraction => progress.Report("stages", fraction),
                            context.Cancellation
                        ),
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        context.WriteResult(report, console => console.Profile.Out.Writer.Write(report.ToMarkdown()));
        return ExitCode.Success;
    }

    private static Stage Named(string name) =>
        TrainingSpeed.Stages.FirstOrDefault(stage => stage.Name == name)
        ?? throw new MelodyException($"Unknown stage '{name}'; valid stages are {string.Join(", ", TrainingSpeed.Stages)}.");
}
