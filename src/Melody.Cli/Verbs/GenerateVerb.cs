using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody generate "prompt"</c>: music from a sentence.</summary>
internal sealed class GenerateVerb : GenerationVerb
{
    private readonly Argument<string[]> _prompt = new("prompt")
    {
        Description = "What the music is like, such as \"slow sad piano in A minor, 70 bpm\".",
        Arity = ArgumentArity.OneOrMore,
    };

    public GenerateVerb()
        : base("generate", "Makes music from a sentence.", "Length of the music, seconds", choosing: true)
    {
        _prompt.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => t.Value is ['-', '-', ..] or ['-', >= 'a' and <= 'z']) is { } option)
                result.AddError($"'{option.Value}' is not an option of generate");
        });
        Arguments.Add(_prompt);
    }

    /// <inheritdoc/>
    protected override MusicRequest Read(ParseResult arguments) => MusicRequest.From(Words(arguments));

    /// <inheritdoc/>
    protected override string StemOf(ParseResult arguments) => SafeName.Of(Words(arguments));

    private string Words(ParseResult arguments) => string.Join(' ', arguments.GetRequiredValue(_prompt));
}
