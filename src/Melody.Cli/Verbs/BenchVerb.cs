using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Melody.Cli.Shared;
using Melody.Evaluation.Speed;
using Melody.Foundation;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary>
/// <c>melody bench</c>: how fast a model makes music here, beside the paper's figures and beside a MusicLM-style cascade.
/// </summary>
internal sealed class BenchVerb : Verb
{
    private const string DefaultPreset = "mini";

    private readonly Option<string?> _preset = new("--preset")
    {
        Description =
            $"Random weights in the sizes of a preset, in place of a trained model: {string.Join(", ", PresetFile.Names)}. "
            + $"Without a model anywhere, {DefaultPreset}.",
        HelpName = "name",
    };
    private readonly Option<IReadOnlyList<double>?> _seconds = NumberList.Of(
        "--seconds",
        "Lengths of the music; 10,30,60 by default.",
        0.1,
        GenerationOptions.LongestSeconds
    );
    private readonly Option<IReadOnlyList<int>?> _steps = NumberList.Of(
        "--steps",
        "Diffusion steps; 5,10,20 by default.",
        1,
        Diffusion.AngleSchedules.MaximumSteps
    );
    private readonly Option<IReadOnlyList<int>?> _threads = NumberList.Of<int>(
        "--thread-counts",
        "Threads of the CPU; 1,2,all by default, all of them for the shortest length only.",
        1,
        1024,
        ("all", Environment.ProcessorCount)
    );
    private readonly Option<IReadOnlyList<double>?> _cascade = NumberList.Of<double>(
        "--cascade",
        "Lengths of the comparison with a MusicLM-style cascade; 10,30 by default.",
        0.1,
        600,
        ("none", null)
    );
    private readonly Option<int?> _cascadeSteps = TypedOption.Number(
        "--cascade-steps",
        "MeLoDy's diffusion steps in that comparison; 20 by default, as in the paper's count.",
        1,
        Diffusion.AngleSchedules.MaximumSteps
    );
    private readonly Option<int?> _runs = TypedOption.Number("--runs", "Measurements whose median counts; 3 by default.", 1, 1000);
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Folder for report.md, report.json and time.svg.",
        HelpName = "folder",
    };
    private readonly Option<bool> _quick = new("--quick") { Description = "Ratios only, in less than two minutes." };

    public BenchVerb()
        : base("bench", "Measures how fast music is made here: per stage, against the paper and against a MusicLM-style cascade.")
    {
        foreach (var option in new Option[] { _preset, _seconds, _steps, _threads, _cascade, _cascadeSteps, _runs, _output, _quick })
            Options.Add(option);
        foreach (var verb in new Verb[] { new BenchTrainVerb(), new BenchRanksVerb(), new BenchOnceVerb() })
            Subcommands.Add(verb);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var preset = PresetOf(arguments, context);
        return arguments.GetValue(_quick)
            ? await QuickAsync(preset, context).ConfigureAwait(false)
            : await FullAsync(preset, arguments, context).ConfigureAwait(false);
    }

    /// <summary>The preset whose sizes get random weights, or null for a model from a folder.</summary>
    private string? PresetOf(ParseResult arguments, CommandContext context)
    {
        var preset = arguments.GetValue(_preset);
        if (preset is not null && context.Model is not null)
            throw new MelodyException("Give --model or --preset, not both.");
        if (preset is not null && !PresetFile.Names.Contains(preset))
            throw new MelodyException($"Unknown preset '{preset}'; valid presets are {string.Join(", ", PresetFile.Names)}.");
        bool found =
            context.Model is not null
            || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(ModelLocation.Variable))
            || ModelLocation.Find(AppContext.BaseDirectory, Directory.GetCurrentDirectory()) is not null;
        if (preset is null && !found)
        {
            preset = DefaultPreset;
            context.Note($"No trained model was found: random weights in the sizes of the preset '{preset}' are as fast.");
        }
        return preset;
    }

    private static async Task<int> QuickAsync(string? preset, CommandContext context)
    {
        var ratios = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                    {
                        progress.Report("ratios", 0);
                        using var model = Load(preset, context);
                        return new
                        {
                            model = model.Id,
                            trained = model.IsTrained,
                            device = model.Device,
                            ratios = QuickRatios.Measure(model, context.Cancellation),
                        };
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        context.WriteResult(ratios, console =>
        {
            console.WriteLine(ratios.trained ? ratios.model : $"{ratios.model} (random weights)");
            foreach (var property in typeof(QuickRatios).GetProperties())
                console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{property.Name}: {property.GetValue(ratios.ratios) ?? "not measured"}")
                );
        });
        return ExitCode.Success;
    }

    private async Task<int> FullAsync(string? preset, ParseResult arguments, CommandContext context)
    {
        var output = arguments.GetValue(_output);
        if (output is not null)
            AtomicFile.Translate(output, () => Directory.CreateDirectory(output));
        var before = MachineLoad.Averages();
        int runs = arguments.GetValue(_runs) ?? 3;
        var report = await context
            .WithProgressAsync(async progress =>
            {
                var rows = await MeasureRowsAsync(preset, runs, arguments, context, fraction => progress.Report("generations", fraction))
                    .ConfigureAwait(false);
                return await Task.Run(
                        () => Compare(preset, rows, runs, before, arguments, context, fraction => progress.Report("comparison", fraction)),
                        context.Cancellation
                    )
                    .ConfigureAwait(false);
            })
            .ConfigureAwait(false);
        if (output is not null)
        {
            AtomicFile.WriteText(Path.Combine(output, "report.json"), JsonOutput.Serialize(report) + "\n");
            AtomicFile.WriteText(Path.Combine(output, "report.md"), report.ToMarkdown());
            AtomicFile.WriteText(Path.Combine(output, "time.svg"), report.ToSvg());
        }
        context.WriteResult(report, console => console.Profile.Out.Writer.Write(report.ToMarkdown()));
        return ExitCode.Success;
    }

    private async Task<IReadOnlyList<SpeedRow>> MeasureRowsAsync(
        string? preset,
        int runs,
        ParseResult arguments,
        CommandContext context,
        Action<double> progress
    )
    {
        ComputeDevice[] devices =
            context.Device != ComputeDevice.Auto ? [context.Device]
            : TorchDevice.HasCuda ? [ComputeDevice.Cpu, ComputeDevice.Cuda]
            : [ComputeDevice.Cpu];
        var threads = arguments.GetValue(_threads)
            ?? (
                context.Threads is { } fixedCount ? [fixedCount] : [1, Math.Min(2, Environment.ProcessorCount), Environment.ProcessorCount]
            );
        var cases = SpeedCase.All(
            arguments.GetValue(_seconds) ?? [10, 30, 60],
            arguments.GetValue(_steps) ?? [5, 10, 20],
            devices,
            threads
        );
        var rows = new List<SpeedRow>();
        foreach (var (seconds, steps, device, count) in cases)
        {
            progress((double)rows.Count / cases.Count);
            var command = new List<string>
            {
                "bench",
                "once",
                "--json",
                "--seconds",
                Text(seconds),
                "--steps",
                Text(steps),
                "--runs",
                Text(runs),
                "--threads",
                Text(count),
                "--device",
                device.ToString(),
            };
            command.AddRange(
                preset is not null ? ["--untrained", preset]
                : context.Model is { } model ? ["--model", model]
                : []
            );
            command.AddRange(["--started", Text(Stopwatch.GetTimestamp())]);
            rows.Add(
                SpeedRun
                    .Parse(await ToolProcess.RunAsync(typeof(Verb).Assembly, command, context.Cancellation).ConfigureAwait(false))
                    .ToRow()
            );
        }
        progress(1);
        return rows;
    }

    private SpeedReport Compare(
        string? preset,
        IReadOnlyList<SpeedRow> rows,
        int runs,
        string? before,
        ParseResult arguments,
        CommandContext context,
        Action<double> progress
    )
    {
        var lengths = arguments.GetValue(_cascade) ?? [10, 30];
        using var model = Load(preset, context);
        var headlines = new List<Headline>();
        foreach (var seconds in lengths)
        {
            progress((double)headlines.Count / (lengths.Count + 1));
            headlines.Add(Headline.Measure(model, seconds, arguments.GetValue(_cascadeSteps) ?? 20, runs, context.Cancellation));
        }
        var share = PeakShare.Measure(model, Math.Max(8, runs), context.Cancellation);
        progress(1);
        string weights = model.IsTrained
            ? $"trained, {model.Hash[..12]}"
            : "random weights: it makes noise, at the speed of a trained model of its sizes";
        return new(
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Model: {model.Id} ({weights}), {model.Parts.Sum(p => p.Parameters) / 1e6:0.0} M parameters, {share.Precision}."
                ),
                MachineLoad.Sentence(before),
            ],
            rows,
            headlines,
            share
        );
    }

    private static MusicModel Load(string? preset, CommandContext context)
    {
        var options = new MusicModelOptions { Device = context.Device, Threads = context.Threads };
        return preset is not null
            ? MusicModel.CreateUntrained(preset, 0, options)
            : MusicModel.LoadAsync(context.Model, options, context.Cancellation).GetAwaiter().GetResult();
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
