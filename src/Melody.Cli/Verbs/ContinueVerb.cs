using System.CommandLine;

namespace Melody.Cli.Verbs;

/// <summary><c>melody continue FILE</c>: goes on where a piece of music ends.</summary>
internal sealed class ContinueVerb()
    : MusicVerb(
        "continue",
        "Goes on from a piece of music, which stays as it is.",
        "Seconds to add",
        "The beginning, at least half a second.",
        "Where the music should go; more of the same when not given.",
        "continued"
    )
{
    /// <inheritdoc/>
    protected override MusicRequest Task(ParseResult arguments) => new(MusicTask.Continue);
}
