using System.Globalization;
using System.Security;
using System.Text;

namespace Melody.Corpus.Storage;

/// <summary>A bar chart as an SVG 1.1 picture: one bar a line, its name to the left and its count to the right.</summary>
internal static class BarChartSvg
{
    private const int LineHeight = 18, NameWidth = 230, BarWidth = 460, CountWidth = 70, TitleHeight = 34;

    /// <summary>Draws the counts in their order; the longest bar belongs to the largest.</summary>
    public static string Draw(string title, IReadOnlyDictionary<string, int> counts)
    {
        var (width, height) = (NameWidth + BarWidth + CountWidth, TitleHeight + LineHeight * counts.Count + 10);
        var largest = Math.Max(1, counts.Values.DefaultIfEmpty(0).Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth}\" y=\"22\" font-size=\"15\" fill=\"#222222\">{SecurityElement.Escape(title)}</text>\n");
        var top = TitleHeight;
        foreach (var (name, count) in counts)
        {
            var length = (double)BarWidth * count / largest;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth - 6}\" y=\"{top + 13}\" text-anchor=\"end\" fill=\"#222222\">{SecurityElement.Escape(name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{NameWidth}\" y=\"{top + 2}\" width=\"{length:0.##}\" height=\"{LineHeight - 4}\" fill=\"#3b6ea5\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth + length + 5:0.##}\" y=\"{top + 13}\" fill=\"#555555\">{count}</text>\n");
            top += LineHeight;
        }
        return svg.Append("</svg>\n").ToString();
    }
}
