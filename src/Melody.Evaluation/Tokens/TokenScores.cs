using System.Globalization;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Tokens;

/// <summary>What the tokens of a tokenizer carry, with or without a language model that writes them.</summary>
/// <param name="Windows">Held-out windows.</param>
/// <param name="FittedWindows">Windows of the training split that the probes were fitted on.</param>
/// <param name="Codes">Different tokens of each codebook, "1024 + 512".</param>
/// <param name="Probes">What the tokens carry.</param>
/// <param name="Readout">
/// What the readout's probabilities explain before they become tokens, a value a probe, NaN for what it does not tell; null without a
/// readout.
/// </param>
internal sealed record TokenScores(
    int Windows,
    int FittedWindows,
    string Codes,
    IReadOnlyList<ProbeScore> Probes,
    IReadOnlyList<double>? Readout
)
{
    /// <summary>For people.</summary>
    public ReportTable Table() =>
        new(
            "What the semantic tokens carry",
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Variance of the score's facts, explained by a linear probe of a frame's tokens (of {Codes}) and their two "
                        + $"neighbours: fitted on {FittedWindows} windows of the training split, judged on {Windows} held-out ones. "
                        + $"'Readout' is what the tokenizer's own probabilities explain before they become tokens."
                ),
            ],
            ["facts", "explained", "readout", "tokens shuffled"],
            [
                .. Probes.Select(
                    (p, i) =>
                        new[]
                        {
                            p.Name,
                            ReportTable.Percent(p.Explained),
                            Readout is null || double.IsNaN(Readout[i]) ? "" : ReportTable.Percent(Readout[i]),
                            ReportTable.Percent(p.Shuffled),
                        }
                ),
            ]
        );
}
