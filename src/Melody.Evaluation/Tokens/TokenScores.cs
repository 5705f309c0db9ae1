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
/// <param name="Score">
/// What the tokens of the score itself explain, which music with known notes is encoded with, a value a probe; null where the tokenizer has
/// none.
/// </param>
internal sealed record TokenScores(
    int Windows,
    int FittedWindows,
    string Codes,
    IReadOnlyList<ProbeScore> Probes,
    IReadOnlyList<double>? Readout,
    IReadOnlyList<double>? Score = null
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
                .. Score is null ? [] : new[] { "'Score' is what tokens explain that are made from the score, as those of a corpus are." },
            ],
            ["facts", "explained", "readout", .. Score is null ? [] : new[] { "score" }, "tokens shuffled"],
            [
                .. Probes.Select(
                    (p, i) =>
                        (string[])
                            [
                                p.Name,
                                ReportTable.Percent(p.Explained),
                                Readout is null || double.IsNaN(Readout[i]) ? "" : ReportTable.Percent(Readout[i]),
                                .. Score is null ? [] : new[] { ReportTable.Percent(Score[i]) },
                                ReportTable.Percent(p.Shuffled),
                            ]
                ),
            ]
        );
}
