using System.Globalization;
using System.Text;

namespace Melody.Evaluation.Reports;

/// <summary>A table with its title and what a reader has to know of it; the same for Markdown and the listening page.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Notes">Sentences above the table.</param>
/// <param name="Columns">Heads; the first column is text, the others are numbers.</param>
/// <param name="Rows">Cells, as many as there are columns.</param>
internal sealed record ReportTable(
    string Title,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows
)
{
    /// <summary>What stands in place of a missing figure.</summary>
    public const string NotMeasured = "not measured";

    /// <summary>As Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {Title}\n\n");
        foreach (var note in Notes)
            text.Append(CultureInfo.InvariantCulture, $"{note}\n");
        if (Notes.Count > 0)
            text.Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"| {string.Join(" | ", Columns)} |\n|---|{string.Concat(Columns.Skip(1).Select(_ => "---:|"))}\n"
        );
        foreach (var row in Rows)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n"
            );
        return text.Append('\n').ToString();
    }

    /// <summary>A figure as it is printed; NaN and null are "not measured".</summary>
    public static string Number(double? value, string format = "0.00") =>
        value switch
        {
            null or double.NaN => NotMeasured,
            double.PositiveInfinity => "∞",
            double.NegativeInfinity => "-∞",
            { } number => number.ToString(format, CultureInfo.InvariantCulture),
        };

    /// <summary>A share as per cent.</summary>
    public static string Percent(double? share) =>
        Number(share is { } s && double.IsFinite(s) ? s * 100 : share, "0.0") is var text && text == NotMeasured ? text : $"{text} %";
}
