using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Melody.Evaluation.Chain;
using Melody.Evaluation.Denoising;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.Reconstruction;
using Melody.Evaluation.Reports;
using Melody.Evaluation.Tokens;
using Melody.Foundation;

namespace Melody.Evaluation;

/// <summary>A stage's figures, or why there are none.</summary>
/// <param name="Scores">Null where it was not measured.</param>
/// <param name="NotMeasured">Why; null where it was.</param>
internal sealed record Measured<T>(T? Scores, string? NotMeasured)
    where T : class;

/// <summary>Everything that was measured of a model, and the page that says it.</summary>
internal sealed record Scoreboard
{
    /// <summary>What the model is called.</summary>
    public required string Model { get; init; }

    /// <summary>Its hash.</summary>
    public required string Hash { get; init; }

    /// <summary>What a reader has to know of the model and the music.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The autoencoder on held-out clips of the corpus.</summary>
    public required Measured<ReconstructionReport> Autoencoder { get; init; }

    /// <summary>The autoencoder on real recordings.</summary>
    public required Measured<ReconstructionReport> Recordings { get; init; }

    /// <summary>The denoiser.</summary>
    public required Measured<DiffusionScores> Diffusion { get; init; }

    /// <summary>Language model and tokens.</summary>
    public required Measured<SemanticScores> Semantic { get; init; }

    /// <summary>Prompts to music.</summary>
    public required Measured<ChainScores> Chain { get; init; }

    /// <summary>What the model has to reach.</summary>
    public IReadOnlyList<Bar> Bars =>
        [
            ReconstructionStage.Bar(
                "autoencoder on unseen rendered music: log-STFT, mel, SI-SDR",
                Autoencoder.Scores,
                "Opus, 24 kbit/s",
                Autoencoder.NotMeasured
            ),
            ReconstructionStage.Bar(
                "autoencoder on real recordings: log-STFT, mel, SI-SDR",
                Recordings.Scores,
                "Opus, 12 kbit/s",
                Recordings.NotMeasured
            ),
            .. Chain.Scores is { } chain ? ChainReport.Bars(chain) : ChainReport.Missing(Chain.NotMeasured ?? ""),
            Bar.Missing("10 s at 10 steps on two cores, warm; peak memory", "at most 2.5 s; 1.5 GB", "measured by 'melody bench'"),
        ];

    /// <summary>All figures.</summary>
    public IReadOnlyList<ReportTable> Tables() =>
        [
            Bar.Table(Bars),
            .. Autoencoder.Scores is { } a
                ? a.Tables("Autoencoder on held-out music of the corpus")
                : Missing("Autoencoder on held-out music of the corpus", Autoencoder.NotMeasured),
            .. Recordings.Scores is { } r
                ? r.Tables("Autoencoder on real recordings")
                : Missing("Autoencoder on real recordings", Recordings.NotMeasured),
            .. Diffusion.Scores is { } d ? d.Tables() : Missing("Diffusion with ground-truth tokens", Diffusion.NotMeasured),
            .. Semantic.Scores is { } s ? s.Tables() : Missing("Semantic stage", Semantic.NotMeasured),
            .. Chain.Scores is { } c ? ChainReport.Tables(c) : Missing("Whole chain", Chain.NotMeasured),
        ];

    /// <summary>Writes <c>report.json</c>, <c>report.md</c> and <c>index.html</c>.</summary>
    public void Write(string folder, IReadOnlyList<(string Heading, IReadOnlyList<PageItem> Items)> groups)
    {
        string title = $"Melody: how good is {Model}?";
        var tables = Tables();
        AtomicFile.Write(Path.Combine(folder, "report.json"), stream => JsonSerializer.Serialize(stream, this, Json));
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"# {title}\n\n");
        foreach (var note in Notes)
            text.Append(CultureInfo.InvariantCulture, $"{note}\n");
        text.Append('\n').AppendJoin("", tables.Select(t => t.ToMarkdown()));
        AtomicFile.WriteText(Path.Combine(folder, "report.md"), text.ToString().TrimEnd() + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "index.html"), ListeningPage.Write(title, Notes, tables, groups));
    }

    /// <summary>What of the chain can be heard.</summary>
    public IReadOnlyList<(string Heading, IReadOnlyList<PageItem> Items)> ChainListenings(FamilyRecognizer? families) =>
        Chain.Scores is not { } chain
            ? []
            :
            [
                (
                    "Prompts",
                    [
                        .. chain.Answers.Select(a => new PageItem(
                            a.Prompt.Text,
                            string.Create(CultureInfo.InvariantCulture, $"{a.Prompt.Id}, seed {a.Seed}"),
                            [("", a.Sound, a.Picture)],
                            Findings(a, families)
                        )),
                    ]
                ),
                (
                    "Continuations",
                    [
                        .. chain.Continued.Select(c => new PageItem(
                            c.Prompt.Text,
                            string.Create(CultureInfo.InvariantCulture, $"{chain.Options.ContinuedSeconds:0.#} s"),
                            [("", c.Sound, c.Picture)],
                            [
                                c.Seams is { } s
                                    ? (
                                        string.Create(CultureInfo.InvariantCulture, $"{s.Louder} of {s.Seams} seams stand out"),
                                        s.Louder == 0
                                    )
                                    : ("seams not measured", null),
                            ]
                        )),
                    ]
                ),
            ];

    private static List<(string Text, bool? Right)> Findings(Answer answer, FamilyRecognizer? families)
    {
        var (expected, heard) = (Expectation.Of(answer.Prompt), answer.Heard);
        var findings = new List<(string Text, bool? Right)>
        {
            (
                double.IsNaN(heard.Bpm) ? "no pulse" : string.Create(CultureInfo.InvariantCulture, $"{heard.Bpm:0.#} bpm"),
                expected.Bpm is { } bpm ? Estimators.EstimatorValidation.IsTempo(bpm, heard.Bpm, 0.5, 2) : null
            ),
            (heard.Key == "none" ? "no key" : heard.Key, expected.Key is { } key ? AdherenceScores.KeyPoints(key, heard.Key) > 0 : null),
            (heard.Drums ? "drums" : "no drums", expected.Drums is { } drums ? drums == heard.Drums : null),
        };
        if (families?.Recognize(heard.Vector) is { } family)
            findings.Add(($"nearest to {family}", expected.Solo is { } solo ? solo == family : null));
        if (heard.Silence > 0.05)
            findings.Add(($"{ReportTable.Percent(heard.Silence)} silent", null));
        if (heard.Clipping > 1e-4)
            findings.Add(($"{ReportTable.Percent(heard.Clipping)} clipped", null));
        return findings;
    }

    private static ReportTable[] Missing(string title, string? why) =>
        [
            new(
                title,
                [$"Not measured: {why}"],
                ["what", ""],
                [
                    ["figures", ReportTable.NotMeasured],
                ]
            ),
        ];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
        NewLine = "\n",
    };
}
