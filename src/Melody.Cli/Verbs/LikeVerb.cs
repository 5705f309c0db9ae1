using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody like FILE</c>: new music in the manner of other music (music prompting).</summary>
internal sealed class LikeVerb : GenerationVerb
{
    private readonly Argument<string> _music = new("music") { Description = "The music to follow: WAV, FLAC, Ogg or MP3 of any rate." };

    public LikeVerb()
        : base("like", "Makes new music like other music.", "Length of the music, seconds", choosing: true) => Arguments.Add(_music);

    /// <inheritdoc/>
    protected override MusicRequest Read(ParseResult arguments)
    {
        var music = arguments.GetRequiredValue(_music);
        return new($"like-{SafeName.Of(SourceAudio.Stem(music))}", null, music, work =>
            work.Generator.GenerateAsync(MusicPrompt.FromAudio(work.Source), work.Options, work.Progress, work.Cancellation)
        );
    }
}
