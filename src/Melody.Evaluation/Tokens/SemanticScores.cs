using System.Globalization;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Tokens;

/// <summary>What a linear probe finds of one group of facts.</summary>
/// <param name="Name">Of the group.</param>
/// <param name="Explained">Explained variance on held-out music, at most 1.</param>
/// <param name="Shuffled">The same from tokens in random order: chance.</param>
internal sealed record ProbeScore(string Name, double Explained, double Shuffled);

/// <summary>How well the language model knows held-out music, and what the tokens say of it.</summary>
/// <param name="Windows">Held-out windows.</param>
/// <param name="FittedWindows">Windows of the training split that the probes were fitted on.</param>
/// <param name="Codes">Different tokens of each codebook, "1024" or "1024 + 512".</param>
/// <param name="AudioPrefix">Perplexity given what the audio tower hears in the window, and tempo, key and metre.</param>
/// <param name="TextPrefix">Given what the text tower reads in a caption, and tempo, key and metre.</param>
/// <param name="NoCondition">Given nothing.</param>
/// <param name="Frequencies">
/// Perplexity of drawing each held-out token by how often it occurs: what a model without memory could reach.
/// </param>
/// <param name="Generated">Jensen-Shannon divergence of written to held-out tokens, bits.</param>
/// <param name="HeldOut">The same between two halves of the held-out music, from equally many tokens.</param>
/// <param name="Probes">What the tokens carry.</param>
internal sealed record SemanticScores(
    int Windows,
    int FittedWindows,
    string Codes,
    double AudioPrefix,
    double TextPrefix,
    double NoCondition,
    double Frequencies,
    double Generated,
    double HeldOut,
    IReadOnlyList<ProbeScore> Probes
)
{
    /// <summary>For people.</summary>
    public IReadOnlyList<ReportTable> Tables() =>
        [
            new(
                "Semantic language model on held-out music",
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Windows} windows. Perplexity of a frame's tokens (of {Codes}): 1 is certainty."
                    ),
                ],
                ["perplexity", ""],
                [
                    ["given the audio tower's prefix, tempo, key and metre", ReportTable.Number(AudioPrefix, "0.0")],
                    ["given the text tower's prefix, tempo, key and metre", ReportTable.Number(TextPrefix, "0.0")],
                    ["given nothing", ReportTable.Number(NoCondition, "0.0")],
                    ["the tokens' own frequencies", ReportTable.Number(Frequencies, "0.0")],
                ]
            ),
            new(
                "Tokens that it writes for the captions of held-out music",
                [
                    "Jensen-Shannon divergence of token histograms, bits: 0 for equal, 1 for nothing in common. Both rows "
                        + "compare equally many tokens with the same half of the held-out music.",
                ],
                ["histograms", "distance"],
                [
                    ["written to held-out", ReportTable.Number(Generated, "0.000")],
                    ["held-out to held-out", ReportTable.Number(HeldOut, "0.000")],
                ]
            ),
            new(
                "What the semantic tokens carry",
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Variance of the score's facts that a linear probe explains from a token and its two neighbours: fitted "
                            + $"on {FittedWindows} windows of the training split, judged on {Windows} held-out ones."
                    ),
                ],
                ["facts", "explained", "tokens shuffled"],
                [.. Probes.Select(p => new[] { p.Name, ReportTable.Percent(p.Explained), ReportTable.Percent(p.Shuffled) })]
            ),
        ];
}
