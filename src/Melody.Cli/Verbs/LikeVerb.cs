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
    protected override MusicRequest Read(ParseResult arguments) => new(MusicTask.Like);

    /// <inheritdoc/>
    protected override string SourceOf(ParseResult arguments) => arguments.GetRequiredValue(_music);

    /// <inheritdoc/>
    protected override string StemOf(ParseResult arguments) => $"like-{SafeName.Of(SourceAudio.Stem(SourceOf(arguments)))}";
}
