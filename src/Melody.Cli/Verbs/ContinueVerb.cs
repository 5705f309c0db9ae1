using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody continue FILE</c>: goes on where a piece of music ends.</summary>
internal sealed class ContinueVerb : GenerationVerb
{
    private readonly Argument<string> _music = new("music") { Description = "The beginning, at least half a second." };
    private readonly Option<string?> _prompt = new("--prompt") { Description = "Where the music should go; more of the same when not given.", HelpName = "words" };

    public ContinueVerb() : base("continue", "Goes on from a piece of music, which stays as it is.", "Seconds to add", normalized: false)
    {
        Arguments.Add(_music);
        Options.Add(_prompt);
    }

    /// <inheritdoc/>
    protected override MusicRequest Read(ParseResult arguments)
    {
        var music = arguments.GetRequiredValue(_music);
        var prompt = arguments.GetValue(_prompt);
        return new($"{SafeName.Of(SourceAudio.Stem(music))}-continued", prompt, music, work => work.Generator.ContinueAsync(work.Source,
            prompt is null ? null : MusicPrompt.FromText(prompt), work.Options, work.Progress, work.Cancellation));
    }
}
