using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Training.Encoded;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus merge</c>: the shards of many processes become one corpus with a manifest.</summary>
internal sealed class CorpusMergeVerb : Verb
{
    private readonly Argument<string[]> _folders = new("corpora")
    {
        Description = "Folders with shards of one corpus (or of one encoded corpus), as tasks with --shard wrote them.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Folder that all shards go into; the first one by default.",
        HelpName = "folder",
    };
    private readonly Option<int?> _shards = TypedOption.Number(
        "--shards",
        "Expected number of shards; by default taken from the highest shard number.",
        1,
        10_000_000
    );

    public CorpusMergeVerb()
        : base("merge", "Brings the shards of many processes together, checks them and writes the manifest.")
    {
        Arguments.Add(_folders);
        Options.Add(_output);
        Options.Add(_shards);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var folders = arguments.GetRequiredValue(_folders);
        var target = arguments.GetValue(_output) ?? folders[0];
        bool encoded = File.Exists(Path.Combine(folders[0], EncodedPlan.FileName));
        int copied = encoded
            ? EncodedCheck.Merge(folders, target, context.Cancellation)
            : CorpusMerge.Run(folders, target, context.Cancellation);
        var found = await CorpusVerifyVerb.CheckAsync(target, arguments.GetValue(_shards), context).ConfigureAwait(false);
        if (found.Faults.Count == 0 && !encoded)
            CorpusManifest.Write(target);
        int code = CorpusVerifyVerb.Result(found);
        context.WriteResult(found, console =>
        {
            CorpusVerifyVerb.Write(found, console);
            if (copied > 0)
                console.WriteLine(FormattableString.Invariant($"{copied} shards were copied into {target}."));
        });
        return code;
    }
}
