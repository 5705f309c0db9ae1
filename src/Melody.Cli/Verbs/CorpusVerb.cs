using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus</c>: makes, imports and shows the music that the networks are trained on.</summary>
internal sealed class CorpusVerb : Verb
{
    public CorpusVerb()
        : base("corpus", "Makes, imports, encodes and shows the music that the networks are trained on.")
    {
        foreach (
            var verb in new Verb[]
            {
                new CorpusBuildVerb(),
                new CorpusImportVerb(),
                new CorpusStatsVerb(),
                new CorpusListenVerb(),
                new CorpusRenderVerb(),
                new CorpusEncodeVerb(),
                new CorpusMergeVerb(),
                new CorpusVerifyVerb(),
            }
        )
            Subcommands.Add(verb);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context) =>
        throw new MelodyException(
            "Say what to do with a corpus: build, import, encode, merge, verify, stats, listen or render ('melody corpus --help')."
        );
}
