using System.CommandLine;

namespace Melody.Cli.Verbs;

/// <summary><c>melody loop FILE</c>: music whose end leads into its beginning.</summary>
internal sealed class LoopVerb()
    : MusicVerb(
        "loop",
        "Makes a loop from a piece of music: the second around the seam is replaced, so that the end leads into the beginning.",
        seconds: null,
        "The piece, at least two seconds; with a tempo, by --bpm or the words of --prompt, it is cut to whole bars (of --metre, "
            + "4/4 when not given).",
        "What the seam should be like; what the piece is like when not given.",
        "loop"
    )
{
    /// <inheritdoc/>
    protected override MusicRequest Task(ParseResult arguments) => new(MusicTask.Loop);
}
