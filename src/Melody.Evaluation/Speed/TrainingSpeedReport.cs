using System.Globalization;
using System.Text;

namespace Melody.Evaluation.Speed;

/// <summary>How fast one stage trains.</summary>
/// <param name="Stage">What was trained.</param>
/// <param name="Parameters">Of the network.</param>
/// <param name="Precision">"bfloat16" or "float32".</param>
/// <param name="Steps">Steps that the medians are over.</param>
/// <param name="StepSeconds">Median seconds of a step.</param>
/// <param name="StepProcessor">Median processor time of a step, seconds over all threads.</param>
/// <param name="AudioSpeed">Seconds of music trained on in a second.</param>
/// <param name="TokenSpeed">Semantic tokens a second, for the language model.</param>
/// <param name="Float32Ratio">How many times as fast as in float32, steps taking turns; null where float32 is what runs.</param>
/// <param name="Float32ProcessorRatio">The same in processor time, which a busy machine disturbs less.</param>
/// <param name="WaitingShare">
/// Share of the time that the loop waited for batches; null for synthetic ones, which cost nothing to make.
/// </param>
/// <param name="PeakShare">Operations a second as a share of the measured matmul peak; null where the stage does not count them.</param>
internal sealed record TrainingSpeedRow(
    string Stage,
    long Parameters,
    string Precision,
    int Steps,
    double StepSeconds,
    double StepProcessor,
    double AudioSpeed,
    double? TokenSpeed,
    double? Float32Ratio,
    double? Float32ProcessorRatio,
    double? WaitingShare,
    double? PeakShare
);

/// <summary>What <c>melody bench train</c> measured.</summary>
/// <param name="Notes">What a reader has to know.</param>
/// <param name="Threads">Threads that libtorch used.</param>
/// <param name="Rows">One a stage.</param>
internal sealed record TrainingSpeedReport(IReadOnlyList<string> Notes, int Threads, IReadOnlyList<TrainingSpeedRow> Rows)
{
    /// <summary>As a page of Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# Speed of training\n\n");
        foreach (var note in Notes)
            text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        text.Append(
            "\n| stage | parameters, M | precision | s a step (median) | processor, s a step | music s a second | tokens a "
                + "second | × float32 | × float32, processor | waiting | share of peak | steps "
                + "|\n|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        );
        foreach (var row in Rows)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Stage} | {row.Parameters / 1e6:0.00} | {row.Precision} | {row.StepSeconds:0.000} | "
                    + $"{row.StepProcessor:0.000} | {row.AudioSpeed:0.0} | {Cell(row.TokenSpeed, "0")} | "
                    + $"{Cell(row.Float32Ratio, "0.00")} | {Cell(row.Float32ProcessorRatio, "0.00")} | "
                    + $"{Cell(row.WaitingShare, "0.0 %")} | {Cell(row.PeakShare, "0 %")} | {row.Steps} |\n"
            );
        return text.ToString();
    }

    private static string Cell(double? value, string format) =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
