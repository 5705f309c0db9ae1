using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary>
/// A verb that works on existing music; words may say what the new part should be like.
/// </summary>
internal abstract class MusicVerb : GenerationVerb
{
    private readonly Argument<string> _music;
    private readonly Option<string?> _prompt;
    private readonly string _ending;

    /// <param name="name">Of the verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="seconds">What <c>--seconds</c> means; null when the length is given by the piece.</param>
    /// <param name="music">What the piece has to be.</param>
    /// <param name="prompt">What the words mean.</param>
    /// <param name="ending">Of the new file's name, behind that of the piece.</param>
    protected MusicVerb(string name, string description, string? seconds, string music, string prompt, string ending)
        : base(name, description, seconds, normalized: false)
    {
        _music = new("music") { Description = music };
        _prompt = new("--prompt") { Description = prompt, HelpName = "words" };
        _ending = ending;
        Arguments.Add(_music);
        Options.Add(_prompt);
    }

    /// <summary>What the verb makes of a piece, apart from the words and the piece itself.</summary>
    /// <exception cref="MelodyException">The verb's own arguments cannot be used.</exception>
    protected abstract MusicRequest Task(ParseResult arguments);

    /// <inheritdoc/>
    protected sealed override MusicRequest Read(ParseResult arguments) =>
        Task(arguments) with
        {
            Prompt = arguments.GetValue(_prompt) is { } words ? MusicPrompt.FromText(words) : null,
        };

    /// <inheritdoc/>
    protected sealed override string SourceOf(ParseResult arguments) => arguments.GetRequiredValue(_music);

    /// <inheritdoc/>
    protected sealed override string StemOf(ParseResult arguments) => $"{SafeName.Of(SourceAudio.Stem(SourceOf(arguments)))}-{_ending}";
}
