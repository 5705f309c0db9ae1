using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody inpaint FILE --from TIME --to TIME</c>: makes a stretch of a piece again.</summary>
internal sealed class InpaintVerb : MusicVerb
{
    private readonly Option<double> _from = TimeOption.Create("--from", "Where the passage begins: seconds or m:ss.");
    private readonly Option<double> _to = TimeOption.Create("--to", "Where the passage ends: seconds or m:ss.");

    public InpaintVerb()
        : base(
            "inpaint",
            "Replaces a passage of a piece of music; the rest stays unchanged.",
            seconds: null,
            "The piece.",
            "What the passage should be like; what the piece is like when not given.",
            "inpainted"
        )
    {
        Options.Add(_from);
        Options.Add(_to);
    }

    /// <inheritdoc/>
    protected override MusicRequest Task(ParseResult arguments)
    {
        double from = arguments.GetRequiredValue(_from),
            to = arguments.GetRequiredValue(_to);
        if (from >= to)
            throw new MelodyException(
                FormattableString.Invariant($"The stretch from {from} to {to} seconds is empty; --to must be greater than --from.")
            );
        return new(MusicTask.Inpaint) { Start = from, End = to };
    }
}
