using System.Globalization;
using System.Text;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Speed;

/// <summary>What <c>melody bench</c> measured.</summary>
/// <param name="Notes">What a reader has to know of the model, the machine and its load.</param>
/// <param name="Rows">One a length, number of steps, device and number of threads.</param>
/// <param name="Headlines">MeLoDy against the cascade, one a length.</param>
/// <param name="Share">Of the matmul peak; null when it was not measured.</param>
internal sealed record SpeedReport(
    IReadOnlyList<string> Notes,
    IReadOnlyList<SpeedRow> Rows,
    IReadOnlyList<Headline> Headlines,
    PeakShare? Share
)
{
    private const string NotMeasured = "not measured";

    /// <summary>As a page of Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# Speed\n\n");
        foreach (var note in Notes)
            text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        WriteGenerations(text);
        WriteHeadlines(text);
        WriteShare(text);
        return text.ToString();
    }

    /// <summary>Where the time of each row went, as a picture.</summary>
    public string ToSvg() =>
        BarChartSvg.Draw(
            "seconds by stage",
            [
                .. Rows.Select(row => new ChartBar(
                    Invariant(
                        $"{row.Seconds:0.##} s, {row.Steps} steps, {row.Device}, {row.Threads} thread{(row.Threads == 1 ? "" : "s")}"
                    ),
                    row.Timing.Parts,
                    Invariant($"{row.Timing.Whole:0.00} s")
                )),
            ],
            [.. GenerationTiming.Stages]
        );

    private void WriteGenerations(StringBuilder text)
    {
        text.Append(
            "\n## Making music\n\nMedians of warm generations in a process of its own for each line; the whole is what a user "
                + "waits for. Processor time is that of all threads: on a busy machine the wall clock tells of the neighbours too. "
                + "Cold start: from starting the process to its first samples, loading included.\n\n"
        );
        text.Append(
            "| music, s | T | device, threads | samples/s | × real time | first audio, s | whole, s | processor, s | prompt, s | "
                + "language model, s | denoiser, s | decoder, s | passes | cold start, s | loading, s | peak memory, MB | runs |\n"
        );
        text.Append("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var row in Rows)
        {
            var t = row.Timing;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Seconds:0.##} | {row.Steps} | {row.Device}, {row.Threads} | "
                    + $"{row.RealTimeFactor * PaperSpeed.SampleRate:0} | {row.RealTimeFactor:0.00} | {t.FirstAudio:0.00} | "
                    + $"{t.Whole:0.00} | {t.Processor:0.00} | {t.Prompt:0.000} | {t.LanguageModel:0.00} | {t.Denoiser:0.00} | "
                    + $"{t.Decoder:0.00} | {t.Passes} | "
                    + $"{(row.ColdStart is { } cold ? cold.ToString("0.00", CultureInfo.InvariantCulture) : NotMeasured)} | "
                    + $"{row.Load:0.00} | {row.PeakBytes / 1e6:0} | {row.Runs} |\n"
            );
        }
        foreach (var paper in PaperSpeed.Table)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| *paper* | {paper.Steps} | *Xeon Platinum 8260* | {paper.CpuSamples:0} | "
                    + $"{paper.CpuSamples / PaperSpeed.SampleRate:0.00} |{Dashes(12)}\n"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"| *paper* | {paper.Steps} | *V100* | {paper.GpuSamples:0} | {paper.GpuSamples / PaperSpeed.SampleRate:0.0} "
                    + $"|{Dashes(12)}\n"
            );
        }
        text.Append(
            "\nRows in italics are the paper's own (its Table 2, its 1.2 billion parameters, its machines); nothing of them was "
                + "measured here.\n"
        );
    }

    private void WriteHeadlines(StringBuilder text)
    {
        if (Headlines.Count == 0)
            return;
        text.Append(
            "\n## Against a MusicLM-style cascade\n\nThe cascade is three language models of the same layers and width as "
                + "MeLoDy's own, with the same decoder and cache, random weights: semantic (25 tokens a second, windows of 30 s), "
                + "coarse (200 a second, 10 s, reading the semantic tokens first) and fine (400 a second, 3 s, reading the coarse ones "
                + "first), windows side by side. Both sides from the prefix tokens to what a decoder of sound needs, in turns in one "
                + "process. A diffusion step with both branches of guidance counts as one pass, as in the paper; the seconds hold both "
                + "branches.\n\n"
        );
        text.Append(
            "| music, s | system | passes by the paper's formula | passes made | seconds | processor, s | runs "
                + "|\n|---:|---|---:|---:|---:|---:|---:|\n"
        );
        foreach (var line in Headlines)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {line.Seconds:0.##} | MeLoDy, {line.Steps} steps | {PaperSpeed.Passes(line.Seconds, line.Steps):0} | "
                    + $"{line.Melody.Passes} | {line.MelodySeconds:0.00} | {line.Melody.GeneratorsProcessor:0.00} | {line.Runs} |\n"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {line.Seconds:0.##} | cascade | {PaperSpeed.CascadePasses(line.Seconds):0} | {line.CascadePasses} | "
                    + $"{line.CascadeSeconds:0.00} | {line.CascadeProcessor:0.00} | {line.Runs} |\n"
            );
            foreach (var stage in line.Cascade)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {line.Seconds:0.##} | of it {stage.Stage} | | {stage.Passes} | {stage.Seconds:0.00} | "
                        + $"{stage.Processor:0.00} | {line.Runs} |\n"
                );
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {line.Seconds:0.##} | **MeLoDy's gain** | "
                    + $"{1 - PaperSpeed.Passes(line.Seconds, line.Steps) / PaperSpeed.CascadePasses(line.Seconds):0.0 %} fewer | "
                    + $"{line.PassesSaved:0.0 %} fewer | {line.SecondsRatio:0.0} × | {line.ProcessorRatio:0.0} × | |\n"
            );
        }
    }

    private void WriteShare(StringBuilder text)
    {
        if (Share is not { } s)
            return;
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n## Share of the matmul peak\n\nA plain square matrix product in {s.Precision} reached {s.MatmulPeak / 1e9:0} "
                + $"GFLOP/s with {s.Threads} thread{(s.Threads == 1 ? "" : "s")}; networks as the product at their fastest of several "
                + $"passes. Operations of matrix products and convolutions only, one window of music:\n\n"
        );
        text.Append(
            "| network | GFLOP | seconds | share of the peak | processor, s | share by processor time |\n|---|---:|---:|---:|---:|---:|\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| denoiser, one step, both branches | {s.DenoiserOperations / 1e9:0.0} | {s.DenoiserSeconds:0.000} | "
                + $"{s.DenoiserShare:0 %} | {s.DenoiserProcessor:0.000} | {s.DenoiserProcessorShare:0 %} |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| decoder | {s.DecoderOperations / 1e9:0.0} | {s.DecoderSeconds:0.000} | {s.DecoderShare:0 %} | "
                + $"{s.DecoderProcessor:0.000} | {s.DecoderProcessorShare:0 %} |\n"
        );
    }

    private static string Dashes(int count) => string.Concat(Enumerable.Repeat(" - |", count));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
