using Melody.Music;
using Melody.Prompting;

namespace Melody.Tests.Prompting;

/// <summary>The lexicon's file.</summary>
public sealed class LexiconTests
{
    private static IReadOnlyList<string[]> Lines()
    {
        using var reader = new StreamReader(typeof(Lexicon).Assembly.GetManifestResourceStream("Prompting/lexicon.tsv")!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))];
    }

    [Fact]
    public void Every_line_has_a_word_a_kind_and_where_it_names_an_instrument_a_family()
    {
        foreach (var line in Lines())
        {
            Assert.True(Enum.TryParse<LexemeKind>(line[1], ignoreCase: true, out var kind), line[1]);
            bool names = kind is LexemeKind.Instrument or LexemeKind.Orchestra or LexemeKind.Refusable or LexemeKind.Refused;
            Assert.Equal(names, line.Length > 2 && InstrumentFamilies.All.Any(family => family.Name() == line[2]));
        }
    }

    [Fact]
    public void No_word_stands_twice()
    {
        var words = Lines().Select(line => line[0]).ToList();
        Assert.Equal(words.Count, words.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_line_can_be_found_in_a_prompt()
    {
        foreach (var line in Lines())
            Assert.Equal(line[1], $"{Lexicon.Default.At(new PromptText(line[0]), 0)?.Kind}", ignoreCase: true);
    }
}
