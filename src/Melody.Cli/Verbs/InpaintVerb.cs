using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody inpaint FILE --from TIME --to TIME</c>: makes a stretch of a piece anew.</summary>
internal sealed class InpaintVerb : GenerationVerb
{
    private readonly Argument<string> _music = new("music") { Description = "The piece." };
    private readonly Option<double> _from = TimeOption.Create("--from", "Where the stretch begins: seconds or m:ss.");
    private readonly Option<double> _to = TimeOption.Create("--to", "Where the stretch ends: seconds or m:ss.");
    private readonly Option<string?> _prompt = new("--prompt") { Description = "What the stretch should be like; what the piece is like when not given.", HelpName = "words" };

    public InpaintVerb() : base("inpaint", "Makes a stretch of a piece of music anew; the rest stays.", seconds: null, normalized: false)
    {
        Arguments.Add(_music);
        foreach (var option in new Option[] { _from, _to, _prompt }) Options.Add(option);
    }

    /// <inheritdoc/>
    protected override MusicRequest Read(ParseResult arguments)
    {
        var music = arguments.GetRequiredValue(_music);
        var prompt = arguments.GetValue(_prompt);
        double from = arguments.GetRequiredValue(_from), to = arguments.GetRequiredValue(_to);
        if (from >= to) throw new MelodyException(FormattableString.Invariant($"The stretch from {from} to {to} seconds is empty; --to has to lie behind --from."));
        return new($"{SafeName.Of(SourceAudio.Stem(music))}-inpainted", prompt, music, work => work.Generator.InpaintAsync(work.Source, from, to,
            prompt is null ? null : MusicPrompt.FromText(prompt), work.Options with { Seconds = work.Source.Seconds }, work.Progress, work.Cancellation));
    }
}
