using System.Globalization;
using System.Xml.Linq;
using Melody.Corpus.Storage;

namespace Melody.Tests.Corpus.Storage;

public sealed class BarChartSvgTests
{
    [Fact]
    public void BarsAreAsLongAsTheirCountsAndNamesAreEscaped()
    {
        var svg = XDocument.Parse(BarChartSvg.Draw("R&B < soul", new Dictionary<string, int> { ["R&B"] = 40, ["\"soul\""] = 10, ["<none>"] = 0 }));
        double[] lengths = [.. svg.Descendants().Where(element => element.Name.LocalName == "rect").Skip(1).Select(bar => double.Parse(bar.Attribute("width")!.Value, CultureInfo.InvariantCulture))];
        Assert.Equal([1, 0.25, 0], lengths.Select(length => length / lengths[0]));
        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.Equal(["R&B < soul", "R&B", "40", "\"soul\"", "10", "<none>", "0"], texts);
        Assert.NotNull(XDocument.Parse(BarChartSvg.Draw("nothing", new Dictionary<string, int>())).Root);
    }
}
