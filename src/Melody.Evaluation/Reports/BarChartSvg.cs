using System.Globalization;
using System.Security;
using System.Text;

namespace Melody.Evaluation.Reports;

/// <summary>One line of a bar chart.</summary>
/// <param name="Name">To the left of the bar.</param>
/// <param name="Parts">The bar's pieces from left to right, in one unit; none below zero.</param>
/// <param name="Label">To the right of the bar.</param>
internal sealed record ChartBar(string Name, IReadOnlyList<double> Parts, string Label)
{
    /// <summary>The whole bar.</summary>
    public double Sum => Parts.Sum();
}

/// <summary>A bar chart as an SVG 1.1 picture: one bar a line, of one colour or stacked from several.</summary>
internal static class BarChartSvg
{
    private const int LineHeight = 18,
        NameWidth = 230,
        BarWidth = 460,
        LabelWidth = 110,
        TitleHeight = 34;

    private static readonly string[] Colours = ["#3b6ea5", "#d98b2b", "#5a9a52", "#a5475c", "#7d6ba8", "#8a8a8a"];

    /// <summary>Draws counts in their order; the longest bar belongs to the largest.</summary>
    public static string Draw(string title, IReadOnlyDictionary<string, int> counts) =>
        Draw(
            title,
            [.. counts.Select(entry => new ChartBar(entry.Key, [entry.Value], entry.Value.ToString(CultureInfo.InvariantCulture)))]
        );

    /// <summary>Draws bars in their order; the longest belongs to the largest sum.</summary>
    /// <param name="title">Above all.</param>
    /// <param name="bars">At most as many parts in each as there are colours: six.</param>
    /// <param name="legend">What the parts are, in their order; none for bars of one part.</param>
    public static string Draw(string title, IReadOnlyList<ChartBar> bars, params IReadOnlyList<string> legend)
    {
        int legendHeight = legend.Count > 0 ? LineHeight : 0;
        var (width, height) = (NameWidth + BarWidth + LabelWidth, TitleHeight + legendHeight + LineHeight * bars.Count + 10);
        double largest = bars.Select(bar => bar.Sum).Append(0).Max();
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" "
                + $"font-family=\"sans-serif\" font-size=\"12\">\n"
        );
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{NameWidth}\" y=\"22\" font-size=\"15\" fill=\"#222222\">{SecurityElement.Escape(title)}</text>\n"
        );
        for (int i = 0; i < legend.Count; i++)
        {
            int x = NameWidth + i * BarWidth / legend.Count;
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x + 5}\" cy=\"{TitleHeight + 6}\" r=\"5\" fill=\"{Colours[i]}\"/>");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{x + 14}\" y=\"{TitleHeight + 10}\" fill=\"#222222\">{SecurityElement.Escape(legend[i])}</text>\n"
            );
        }
        int top = TitleHeight + legendHeight;
        foreach (var bar in bars)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{NameWidth - 6}\" y=\"{top + 13}\" text-anchor=\"end\" "
                    + $"fill=\"#222222\">{SecurityElement.Escape(bar.Name)}</text>"
            );
            double from = NameWidth;
            for (int i = 0; i < bar.Parts.Count; i++)
            {
                double length = largest > 0 ? BarWidth * bar.Parts[i] / largest : 0;
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{from:0.##}\" y=\"{top + 2}\" width=\"{length:0.##}\" height=\"{LineHeight - 4}\" fill=\"{Colours[i]}\"/>"
                );
                from += length;
            }
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{from + 5:0.##}\" y=\"{top + 13}\" fill=\"#555555\">{SecurityElement.Escape(bar.Label)}</text>\n"
            );
            top += LineHeight;
        }
        return svg.Append("</svg>\n").ToString();
    }
}
