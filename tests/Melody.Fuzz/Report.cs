using System.Globalization;

namespace Melody.Fuzz;

/// <summary>What a run of a reader gave.</summary>
/// <param name="Reader">Its name.</param>
/// <param name="Seed">Of the inputs.</param>
/// <param name="Inputs">How many were read.</param>
/// <param name="Accepted">How many of them it took.</param>
/// <param name="Refused">How many it refused with a sentence.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Findings">One for each kind of failure.</param>
public sealed record Report(
    string Reader,
    int Seed,
    long Inputs,
    long Accepted,
    long Refused,
    double Seconds,
    IReadOnlyList<Finding> Findings
)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Reader, -16} seed {Seed}: {Inputs, 8} inputs, {Accepted, 8} accepted, {Refused, 8} refused, {Findings.Count} "
                + $"findings, {Seconds:0.0} s"
        );
}
