using System.Globalization;
using System.Xml.Linq;
using Melody.Evaluation.Reports;

namespace Melody.Tests.Evaluation;

public sealed class BarChartSvgTests
{
    [Fact]
    public void BarsAreAsLongAsTheirCountsAndNamesAreEscaped()
    {
        var svg = XDocument.Parse(
            BarChartSvg.Draw(
                "R&B < soul",
                new Dictionary<string, int>
                {
                    ["R&B"] = 40,
                    ["\"soul\""] = 10,
                    ["<none>"] = 0,
                }
            )
        );
        double[] lengths =
        [
            .. svg.Descendants()
                .Where(element => element.Name.LocalName == "rect")
                .Skip(1)
                .Select(bar => double.Parse(bar.Attribute("width")!.Value, CultureInfo.InvariantCulture)),
        ];
        Assert.Equal([1, 0.25, 0], lengths.Select(length => length / lengths[0]));
        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.Equal(["R&B < soul", "R&B", "40", "\"soul\"", "10", "<none>", "0"], texts);
        Assert.NotNull(XDocument.Parse(BarChartSvg.Draw("nothing", new Dictionary<string, int>())).Root);
    }

    [Fact]
    public void PartsOfABarStandSideBySideInTheColoursOfTheLegend()
    {
        var svg = XDocument.Parse(BarChartSvg.Draw("time", [new("short", [1, 2], "3 s"), new("long", [4, 2], "6 s")], "first", "second"));
        var bars = svg.Descendants()
            .Where(element => element.Name.LocalName == "rect")
            .Skip(1)
            .Select(bar => (X: Number(bar, "x"), Width: Number(bar, "width"), Fill: bar.Attribute("fill")!.Value))
            .ToArray();
        double longest = bars[2].Width + bars[3].Width;
        Assert.Equal([1 / 6.0, 2 / 6.0, 4 / 6.0, 2 / 6.0], bars.Select(bar => Math.Round(bar.Width / longest, 4)), (a, b) =>
            Math.Abs(a - b) < 1e-3
        );
        Assert.Equal(bars[2].X + bars[2].Width, bars[3].X, 2);
        string[] colours =
        [
            .. svg.Descendants().Where(element => element.Name.LocalName == "circle").Select(dot => dot.Attribute("fill")!.Value),
        ];
        Assert.Equal([colours[0], colours[1], colours[0], colours[1]], bars.Select(bar => bar.Fill));
        Assert.Equal(
            ["time", "first", "second", "short", "3 s", "long", "6 s"],
            svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)
        );
    }

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
