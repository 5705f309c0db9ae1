using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Evaluation.Speed;

namespace Melody.Cli.Verbs;

/// <summary>
/// <c>melody bench once</c>: one line of the speed table, measured in this process; <c>melody bench</c> starts one for each line.
/// </summary>
internal sealed class BenchOnceVerb : Verb
{
    private readonly Option<double?> _seconds = TypedOption.Number(
        "--seconds",
        "Length of the music; 10 by default.",
        0.01,
        GenerationOptions.LongestSeconds,
        "s"
    );
    private readonly Option<int?> _steps = TypedOption.Number(
        "--steps",
        "Diffusion steps; 10 by default.",
        1,
        Diffusion.AngleSchedules.MaximumSteps
    );
    private readonly Option<int?> _runs = TypedOption.Number("--runs", "Warm generations, after a cold one; 3 by default.", 1, 1000);
    private readonly Option<long?> _started = TypedOption.Number(
        "--started",
        "When the process was started, as the system's steady clock counts.",
        0L,
        long.MaxValue
    );
    private readonly ModelArguments _model;

    public BenchOnceVerb()
        : base("once", "Measures one length with one number of steps in this process.")
    {
        Hidden = true;
        foreach (var option in new Option[] { _seconds, _steps, _runs, _started })
            Options.Add(option);
        _model = new(this, adapts: false);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        using var loaded = await _model.LoadAsync(arguments, context, SilentProgress.Instance).ConfigureAwait(false);
        var run = await Task.Run(
                () =>
                    SpeedRun.Measure(
                        loaded.Model,
                        loaded.Seconds,
                        arguments.GetValue(_started),
                        arguments.GetValue(_seconds) ?? 10,
                        arguments.GetValue(_steps) ?? 10,
                        arguments.GetValue(_runs) ?? 3,
                        context.Cancellation
                    ),
                context.Cancellation
            )
            .ConfigureAwait(false);
        context.WriteResult(run, console => console.Profile.Out.Writer.WriteLine(JsonOutput.Serialize(run)));
        return ExitCode.Success;
    }
}
