using System.CommandLine;

namespace Melody.Cli.Verbs;

/// <summary><c>melody continue FILE</c>: goes on where a piece of music ends.</summary>
internal sealed class ContinueVerb()
    : MusicVerb(
        "continue",
        "Continues a piece of music; the original stays unchanged.",
        "Seconds to add",
        "The beginning, at least half a second.",
        "Where the music should go; more of the same when not given.",
        "continued"
    )
{
    /// <inheritdoc/>
    protected override MusicRequest Task(ParseResult arguments) => new(MusicTask.Continue);
}
