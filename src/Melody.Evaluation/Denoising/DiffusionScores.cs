using System.Globalization;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Denoising;

/// <summary>One row of the schedules' table (MeLoDy, table 4).</summary>
/// <param name="Schedule">How the quarter turn is cut.</param>
/// <param name="Steps">Into how many steps.</param>
/// <param name="Guided">Whether with guidance.</param>
/// <param name="Frechet">Distance of what comes out to the originals.</param>
/// <param name="Mel">Mel distance to the originals, dB.</param>
/// <param name="Likeness">Mean cosine of the embedding of a clip and of what comes out for it, 1 for equal.</param>
/// <param name="SolosKept">Clips of one instrument family that are taken for the same family as their original.</param>
/// <param name="Palette">Whether under a style of the palette, as new music, and not one of the clip's piece.</param>
internal sealed record ScheduleScore(
    AngleSchedule Schedule,
    int Steps,
    bool Guided,
    double Frechet,
    double Mel,
    double Likeness,
    int SolosKept,
    bool Palette = false
);

/// <summary>How well the denoiser makes held-out music from its own semantic tokens.</summary>
/// <param name="Clips">Number of clips.</param>
/// <param name="ClipSeconds">Length of each.</param>
/// <param name="Guidance">Scale of guidance in <paramref name="Schedules"/>; the velocity is measured without.</param>
/// <param name="PromptGuidance">How much harder the prompt, there the clip's own sound, or the style of its piece, is followed.</param>
/// <param name="Embedding">Of the Fréchet distances.</param>
/// <param name="Angles">Means over the clips.</param>
/// <param name="WithoutTokens">
/// The velocity's error of the null branch of guidance, whose FiLM keeps the tokens' mean unless the model drops it.
/// </param>
/// <param name="Schedules">Linear beside uniform.</param>
/// <param name="Rebuilt">The originals through the autoencoder alone: what the denoiser could reach at best.</param>
/// <param name="Solos">Clips in which one instrument family plays.</param>
internal sealed record DiffusionScores(
    int Clips,
    double ClipSeconds,
    double Guidance,
    double PromptGuidance,
    string Embedding,
    IReadOnlyList<VelocityScore> Angles,
    double WithoutTokens,
    IReadOnlyList<ScheduleScore> Schedules,
    ScheduleScore Rebuilt,
    int Solos
)
{
    /// <summary>Mean over the angles, which cover the quarter circle evenly as training draws them.</summary>
    public double VelocityError => Angles.Average(a => a.VelocityError);

    /// <summary>The same, dB.</summary>
    public double SiSnrImprovement => Angles.Average(a => a.SiSnrImprovement);

    /// <summary>For people.</summary>
    public IReadOnlyList<ReportTable> Tables() =>
        [
            new(
                "Diffusion with ground-truth tokens: the velocity",
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Clips} clips of {ClipSeconds:0.#} s. The measures are those of the paper's table 5 (there .12 and 6.15 "
                            + $"dB, on other latents and other music). That of the null branch of guidance is {WithoutTokens:0.000} in "
                            + $"the mean."
                    ),
                ],
                ["angle, degrees", "velocity error (MSE)", "SI-SNR improvement, dB"],
                [
                    .. Angles.Select(a => Row(a.Degrees.ToString("0.#", CultureInfo.InvariantCulture), a)),
                    Row("mean", new VelocityScore(0, VelocityError, SiSnrImprovement)),
                ]
            ),
            new(
                "Diffusion with ground-truth tokens: schedules and steps",
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Guidance {Guidance:0.##}, by the prompt {PromptGuidance:0.##}; distances to the originals. Fréchet "
                            + $"distance by the {Embedding}; likeness is the mean cosine of a clip's embedding and that of what comes out."
                    ),
                    "Solos kept: clips of one instrument family that are taken for the same family as their original. The last row is the "
                        + "autoencoder alone.",
                ],
                ["schedule, steps", "Fréchet distance", "mel distance, dB", "likeness", $"solos kept, of {Solos}"],
                [.. Schedules.Select(s => Row(Name(s), s)), Row("rebuilt", Rebuilt)]
            ),
        ];

    private static string Name(ScheduleScore score) =>
        $"{score.Schedule.ToString().ToLowerInvariant()}, {score.Steps}{(score.Guided ? "" : ", unguided")}"
        + (score.Palette ? ", style of the palette" : "");

    private static string[] Row(string name, VelocityScore score) =>
        [name, ReportTable.Number(score.VelocityError, "0.000"), ReportTable.Number(score.SiSnrImprovement)];

    private static string[] Row(string name, ScheduleScore score) =>
        [
            name,
            ReportTable.Number(score.Frechet, "0.0000"),
            ReportTable.Number(score.Mel),
            ReportTable.Number(score.Likeness, "0.000"),
            score.SolosKept.ToString(CultureInfo.InvariantCulture),
        ];
}
