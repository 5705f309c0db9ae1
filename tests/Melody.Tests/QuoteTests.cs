using System.Text.RegularExpressions;

namespace Melody.Tests;

/// <summary>
/// What README and documents quote from the samples, or from <see cref="DocumentSnippets"/>, stands there word for word, so that it
/// compiles.
/// </summary>
public sealed partial class QuoteTests
{
    [Theory]
    [InlineData("README.md", true)]
    [InlineData("docs/package.md", true)]
    [InlineData("docs/guides/loops.md", true)]
    [InlineData("docs/guides/endless-music.md", true)]
    [InlineData("docs/hosts.md", false)] // engines' code is not compiled here
    public void QuotedCodeStandsInTheSamples(string document, bool all)
    {
        var text = File.ReadAllText(Path.Combine(HouseTests.Repository, document));
        var quotes = Quote().Matches(text);
        Assert.NotEmpty(quotes);
        foreach (Match quote in quotes)
        {
            var source = File.ReadAllText(Path.Combine(HouseTests.Repository, quote.Groups["file"].Value));
            Assert.Contains(WithoutIndentation(quote.Groups["code"].Value), WithoutIndentation(source), StringComparison.Ordinal);
        }
        if (all)
            Assert.Equal(CodeBlock().Count(text), quotes.Count);
    }

    private static string WithoutIndentation(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"<!-- (?<file>(samples|tests)/\S+) -->\n```csharp\n(?<code>.+?)\n```\n", RegexOptions.Singleline)]
    private static partial Regex Quote();

    [GeneratedRegex("^```csharp", RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
