using System.CommandLine;
using System.Security.Cryptography;
using Melody.Cli.Shared;
using Melody.Corpus.Composition;
using Melody.Corpus.Pipeline;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus build</c>: composes, renders and describes a corpus from one seed.</summary>
internal sealed class CorpusBuildVerb : Verb
{
    private readonly CorpusOptions _shared = new();
    private readonly Option<double?> _hours = TypedOption.Number(
        "--hours",
        "About how many hours of music; 2 by default.",
        0.001,
        1e6,
        "hours"
    );
    private readonly Option<double?> _minutes = TypedOption.Number(
        "--minutes",
        "About how many minutes of music; instead of --hours.",
        0.1,
        1e8,
        "minutes"
    );
    private readonly Option<string?> _scores = new("--scores")
    {
        Description = "Folder of MIDI scores with a manifest.csv whose melodies are used too.",
        HelpName = "folder",
    };
    private readonly Option<bool> _noGrooves = new("--no-mma") { Description = "Do without MMA's accompaniments." };
    private readonly Option<string?> _kinds = new("--kinds")
    {
        Description = $"Only these kinds of pieces, between commas: {string.Join(", ", Composer.Kinds.Select(EnumName<PieceKind>.Of))}.",
        HelpName = "kinds",
    };
    private readonly Option<int?> _pieces = TypedOption.Number("--shard-pieces", "Pieces in a shard; 15 by default.", 1, 10_000);
    private readonly Option<double?> _pieceSeconds = TypedOption.Number(
        "--piece-seconds",
        "Mean length of a piece; 40 by default.",
        11.0,
        600.0,
        "seconds"
    );

    public CorpusBuildVerb()
        : base("build", "Composes, renders and describes a corpus from one seed.")
    {
        foreach (
            var option in new Option[] { _hours, _minutes }
                .Concat(_shared.All)
                .Concat([_scores, _noGrooves, _kinds, _pieces, _pieceSeconds])
        )
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var scores = arguments.GetValue(_scores);
        var useGrooves = !arguments.GetValue(_noGrooves);
        if (useGrooves && !MmaAccompaniment.IsInstalled)
            throw new MelodyException(MmaAccompaniment.InstallHint + ", or give --no-mma.");
        var plan = _shared.Plan(arguments, CorpusKind.Composed, needsFonts: true);
        plan = plan with
        {
            PiecesPerShard = arguments.GetValue(_pieces) ?? plan.PiecesPerShard,
            PieceSeconds = arguments.GetValue(_pieceSeconds) ?? plan.PieceSeconds,
            Kinds = arguments.GetValue(_kinds) is { } kinds
                ? [.. kinds.Split(',', StringSplitOptions.TrimEntries).Select(EnumName<PieceKind>.Parse)]
                : null,
            Tools = useGrooves ? [.. plan.Tools, "MMA " + MmaAccompaniment.Version] : plan.Tools,
            InputSha256 = scores is null ? null : HashScores(scores),
        };
        var options = plan.Composition(scores);
        options.Validate();
        var seconds = (arguments.GetValue(_minutes) ?? (arguments.GetValue(_hours) ?? 2) * 60) * 60;
        var shards = checked((int)Math.Ceiling(seconds / (plan.PiecesPerShard * plan.PieceSeconds)));
        return _shared.BuildAsync(arguments, context, plan, shards, () => new CompositionSource(plan, options));
    }

    private static string HashScores(string folder)
    {
        var manifest = Path.Combine(folder, "manifest.csv");
        if (!File.Exists(manifest))
            throw new MelodyException($"'{folder}' has no manifest.csv; --scores wants a folder of MIDI files with one.");
        return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(manifest)));
    }
}
