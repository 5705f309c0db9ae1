using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Training.Encoded;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus verify</c>: whether all shards of a corpus are there and fit each other.</summary>
internal sealed class CorpusVerifyVerb : Verb
{
    private readonly Argument<string> _folder = new("corpus") { Description = "Folder of a corpus, or of an encoded corpus." };
    private readonly Option<int?> _shards = TypedOption.Number(
        "--shards",
        "Expected number of shards; by default taken from the highest shard number.",
        1,
        10_000_000
    );

    public CorpusVerifyVerb()
        : base("verify", "Checks the hashes, gaps, splits and duplicates of all shards of a corpus.")
    {
        Arguments.Add(_folder);
        Options.Add(_shards);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var folder = arguments.GetRequiredValue(_folder);
        var found = await CheckAsync(folder, arguments.GetValue(_shards), context).ConfigureAwait(false);
        int code = Result(found);
        context.WriteResult(found, console => Write(found, console));
        return code;
    }

    /// <summary>The exit code where all is well.</summary>
    /// <exception cref="MelodyException">There are faults.</exception>
    internal static int Result(Verified found) =>
        found.Faults.Count == 0
            ? ExitCode.Success
            : throw new MelodyException($"'{found.Folder}' is not in order ({found.Faults.Count} found), to begin with: {found.Faults[0]}");

    /// <summary>Checks either kind of corpus under a progress bar.</summary>
    internal static Task<Verified> CheckAsync(string folder, int? shards, CommandContext context) =>
        context.WithProgressAsync(progress =>
            Task.Run(
                () =>
                {
                    void Report(double done) => progress.Report("checking", done);
                    if (File.Exists(Path.Combine(folder, EncodedPlan.FileName)))
                    {
                        var (count, hours, faults) = EncodedCheck.Run(folder, Report, context.Cancellation);
                        return new Verified(folder, count, Math.Round(hours, 2), new Dictionary<string, long>(), faults);
                    }
                    var found = CorpusCheck.Run(folder, shards, Report, context.Cancellation);
                    return new Verified(folder, found.Shards, Math.Round(found.Hours, 2), found.Pieces, found.Faults);
                },
                context.Cancellation
            )
        );

    /// <summary>What was found, for people.</summary>
    internal static void Write(Verified found, IAnsiConsole console)
    {
        foreach (var fault in found.Faults)
            console.WriteLine(fault);
        var pieces = string.Concat(found.Pieces.Select(split => FormattableString.Invariant($", {split.Key} {split.Value} pieces")));
        console.WriteLine(FormattableString.Invariant($"{found.Folder}: {found.Shards} shards, {found.Hours:0.00} hours{pieces}"));
    }

    /// <summary>The result.</summary>
    internal sealed record Verified(
        string Folder,
        int Shards,
        double Hours,
        IReadOnlyDictionary<string, long> Pieces,
        IReadOnlyList<string> Faults
    );
}
