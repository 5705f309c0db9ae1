using System.Globalization;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Chain;

/// <summary>The whole chain's figures for people.</summary>
internal static class ChainReport
{
    private const string Tempo = "stated bpm within 4 %, octaves allowed",
        TempoExact = "stated bpm within 4 %, exactly",
        Key = "stated key (same notes count half)",
        Family = "named solo instrument family among 12",
        Drums = "drums when asked, none when excluded",
        Frechet = "Fréchet distance to held-out music, own embedding",
        Retrieval = "right caption among 16 by text-audio similarity",
        Seams = "60 s by continuation: seams louder than the 95th percentile inside",
        SameFile = "same seed, same samples";

    private static readonly (string What, string Required)[] All =
    [
        (Tempo, "80 %"),
        (TempoExact, "60 %"),
        (Key, "60 %"),
        (Family, "70 %"),
        (Drums, "90 %"),
        (Frechet, "at most 3 times held-out to held-out"),
        (Retrieval, "60 %"),
        (Seams, "none"),
        (SameFile, "identical"),
    ];

    /// <summary>The bars when the chain could not be measured.</summary>
    public static IReadOnlyList<Bar> Missing(string why) => [.. All.Select(bar => Bar.Missing(bar.What, bar.Required, why))];

    /// <summary>The bars.</summary>
    public static IReadOnlyList<Bar> Bars(ChainScores scores)
    {
        var (made, real, frechet) = (scores.Generated, scores.HeldOut, scores.Frechet[0]);
        var measured = scores.Continued.Where(c => c.Seams is not null).Select(c => c.Seams!).ToList();
        int louder = measured.Sum(s => s.Louder),
            seams = measured.Sum(s => s.Seams);
        return
        [
            Rate(Tempo, made.TempoOctaves, real.TempoOctaves, 0.8),
            Rate(TempoExact, made.Tempo, real.Tempo, 0.6),
            Rate(Key, made.Key, real.Key, 0.6),
            Rate(Family, made.Family, real.Family, 0.7),
            Rate(Drums, made.Drums, real.Drums, 0.9),
            Bar.Of(
                Frechet,
                frechet.Ratio,
                Text($"{frechet.Ratio:0.00} times"),
                Text($"{frechet.HeldOut:0.0000}"),
                Required(Frechet),
                ratio => ratio <= 3,
                Text($"{frechet.Generated:0.0000}; {frechet.Clips} clips a side")
            ),
            Rate(Retrieval, made.Retrieval, real.Retrieval, 0.6),
            Bar.Of(
                Seams,
                seams == 0 ? double.NaN : louder,
                Text($"{louder} of {seams}"),
                "",
                Required(Seams),
                count => count == 0,
                measured.Count == 0
                    ? "nothing was continued, or what was made is silent"
                    : Text($"{measured.Count} pieces of {scores.Options.ContinuedSeconds:0.#} s; {0.05 * seams:0.#} would be chance")
            ),
            new(
                SameFile,
                scores.SameFile ? "identical" : "different",
                "",
                Required(SameFile),
                scores.SameFile,
                "one prompt, twice in one process"
            ),
        ];
    }

    /// <summary>What has no bar of its own.</summary>
    public static IReadOnlyList<ReportTable> Tables(ChainScores scores)
    {
        var (made, real) = (scores.Generated, scores.HeldOut);
        return
        [
            new(
                "Whole chain",
                [
                    Text($"{scores.Answers.Count} prompts with fixed seeds, {scores.Options.Seconds:0.#} s each,")
                        + Text($" beside {scores.Windows} held-out windows."),
                ],
                ["what", "generated", "held-out music"],
                [
                    Row(
                        "text-audio similarity, own embedding",
                        ReportTable.Number(made.Similarity, "0.000"),
                        ReportTable.Number(real.Similarity, "0.000")
                    ),
                    Row(
                        "similarity to the texts of others",
                        ReportTable.Number(made.OtherSimilarity, "0.000"),
                        ReportTable.Number(real.OtherSimilarity, "0.000")
                    ),
                    Row("drums heard where asked for", Counted(made.DrumsAsked), Counted(real.DrumsAsked)),
                    Row("no drums heard where excluded", Counted(made.DrumsExcluded), Counted(real.DrumsExcluded)),
                    Row(
                        "diversity (seeds of one prompt; pieces)",
                        ReportTable.Number(scores.Diversity, "0.000"),
                        ReportTable.Number(scores.HeldOutDiversity, "0.000")
                    ),
                    Row(
                        "harmonic motion from second to second",
                        ReportTable.Number(scores.HarmonicMotion, "0.000"),
                        ReportTable.Number(scores.HeldOutHarmonicMotion, "0.000")
                    ),
                    Row("loudness as it comes, LUFS", ReportTable.Number(scores.Loudness, "0.0"), ""),
                    Row("clipped samples as they come", ReportTable.Percent(scores.Clipping), ""),
                    Row("silent blocks", ReportTable.Percent(scores.Silence), ReportTable.Percent(scores.HeldOutSilence)),
                    Row("answers silent for more than half", scores.Silent.ToString(CultureInfo.InvariantCulture), ""),
                ]
            ),
            new(
                "Fréchet audio distance",
                ["Distances of different embeddings must not be compared."],
                ["embedding", "clips a side", "generated", "held-out music", "ratio"],
                [
                    .. scores.Frechet.Select(f =>
                        new[]
                        {
                            f.Embedding,
                            Text($"{f.Clips}"),
                            ReportTable.Number(f.Generated, "0.0000"),
                            ReportTable.Number(f.HeldOut, "0.0000"),
                            ReportTable.Number(f.Ratio),
                        }
                    ),
                ]
            ),
            new(
                "Seams of continuations",
                ["Spectral flux at each seam against its 95th percentile inside."],
                ["prompt", "seams", "louder", "loudest to percentile", "mean to median inside"],
                [
                    .. scores.Continued.Select(c =>
                        c.Seams is { } s
                            ? new[]
                            {
                                c.Prompt.Text,
                                Text($"{s.Seams}"),
                                Text($"{s.Louder}"),
                                ReportTable.Number(s.LoudestRatio),
                                ReportTable.Number(s.MeanRatio),
                            }
                            : [c.Prompt.Text, .. Enumerable.Repeat(ReportTable.NotMeasured, 4)]
                    ),
                ]
            ),
            new(
                "Endurance of continuations",
                [
                    "Text-audio similarity of the first and of the last ten seconds, and the mean spectral flux of the last over "
                        + "that of the first.",
                ],
                ["prompt", "first", "last", "flux, last to first"],
                [
                    .. scores.Continued.Select(c =>
                        c.Endurance is { } e
                            ? new[]
                            {
                                c.Prompt.Text,
                                ReportTable.Number(e.First, "0.000"),
                                ReportTable.Number(e.Last, "0.000"),
                                ReportTable.Number(e.Movement),
                            }
                            : [c.Prompt.Text, .. Enumerable.Repeat(ReportTable.NotMeasured, 3)]
                    ),
                ]
            ),
        ];
    }

    private static Bar Rate(string what, Share made, Share real, double least) =>
        Bar.Of(
            what,
            made.Value,
            ReportTable.Percent(made.Value),
            Counted(real),
            Required(what),
            value => value >= least,
            made.Of == 0 ? "no prompt asks for it" : Text($"{made.Of} prompts")
        );

    private static string Required(string what) => All.Single(bar => bar.What == what).Required;

    private static string Counted(Share share) =>
        share.Of == 0 ? ReportTable.NotMeasured : Text($"{ReportTable.Percent(share.Value)} of {share.Of}");

    private static string[] Row(params string[] cells) => cells;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
