using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Evaluation.Speed;
using Melody.Presets;
using Melody.Runtime;

namespace Melody.Cli.Verbs;

/// <summary><c>melody bench ranks</c>: what a training over several processes exchanges, from the real sizes; nothing is trained.</summary>
internal sealed class BenchRanksVerb : Verb
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Sizes and batches: mini (the default), test or paper.",
        HelpName = "name",
        DefaultValueFactory = _ => "mini",
    };
    private readonly Option<int?> _ranks = TypedOption.Number("--ranks", "Ranks that share a batch; 8 by default.", 2, 1_000_000);
    private readonly Option<double?> _speed = TypedOption.Number(
        "--gflops",
        "Speed of a rank in training, GFLOP/s; 20 by default, a core or two of a laptop.",
        0.1,
        1e9
    );

    public BenchRanksVerb()
        : base("ranks", "Computes what several processes that train together exchange in a step.")
    {
        foreach (var option in new Option[] { _preset, _ranks, _speed })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var preset = arguments.GetRequiredValue(_preset);
        if (!PresetFile.Names.Contains(preset))
            throw new MelodyException($"Unknown preset '{preset}'; valid presets are {string.Join(", ", PresetFile.Names)}.");
        TorchRuntime.Initialize();
        var traffic = RankTraffic.Of(preset, arguments.GetValue(_ranks) ?? 8, (arguments.GetValue(_speed) ?? 20) * 1e9);
        context.WriteResult(traffic, console => console.Profile.Out.Writer.Write(traffic.ToMarkdown()));
        return Task.FromResult(ExitCode.Success);
    }
}
