using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody loop FILE</c>: music whose end leads into its beginning.</summary>
internal sealed class LoopVerb : GenerationVerb
{
    private readonly Argument<string> _music = new("music") { Description = "The piece, at least two seconds; with --bpm it is cut to whole bars (of --metre, 4/4 when not given)." };
    private readonly Option<string?> _prompt = new("--prompt") { Description = "What the joint should be like; what the piece is like when not given.", HelpName = "words" };

    public LoopVerb() : base("loop", "Makes a loop of a piece of music: the second around the joint is made anew, so that the end leads into the beginning.", seconds: null, normalized: false)
    {
        Arguments.Add(_music);
        Options.Add(_prompt);
    }

    /// <inheritdoc/>
    protected override MusicRequest Read(ParseResult arguments)
    {
        var music = arguments.GetRequiredValue(_music);
        var prompt = arguments.GetValue(_prompt);
        return new($"{SafeName.Of(SourceAudio.Stem(music))}-loop", prompt, music, work => work.Generator.LoopAsync(work.Source,
            prompt is null ? null : MusicPrompt.FromText(prompt), work.Options with { Seconds = work.Source.Seconds }, work.Progress, work.Cancellation));
    }
}
