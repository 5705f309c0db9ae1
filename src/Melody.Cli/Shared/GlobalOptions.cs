using System.CommandLine;

namespace Melody.Cli.Shared;

/// <summary>The options that every verb understands, before or after its name.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } =
        new("--json")
        {
            Description = "Print the result as JSON (docs/cli-json.md) and nothing else on standard output.",
            Recursive = true,
        };

    public static Option<bool> Quiet { get; } =
        new("--quiet", "-q") { Description = "No progress and no notes; results and errors only.", Recursive = true };

    public static Option<ComputeDevice> Device { get; } =
        TypedOption.Choice<ComputeDevice>(
            "--device",
            "Where the networks run: auto (the default: a GPU if there is one), cpu or cuda.",
            recursive: true
        );

    public static Option<int?> Threads { get; } =
        TypedOption.Number("--threads", "Threads of the CPU to use; all cores by default.", 1, 1024, recursive: true);

    public static Option<string?> Model { get; } =
        new("--model")
        {
            Description = "Folder of the model; by default the one in MELODY_MODEL, then models/mini.",
            HelpName = "folder",
            Recursive = true,
        };

    /// <summary>The same as an argument, for a verb that is about a model; its sub-verbs, which come after it, heed it too.</summary>
    public static Argument<string?> NamedModel { get; } =
        new("model") { Description = "Folder of the model, in place of --model.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Json, Quiet, Device, Threads, Model];
}
