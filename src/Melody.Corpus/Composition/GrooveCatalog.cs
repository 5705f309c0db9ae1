using System.Globalization;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A groove of MMA's library.</summary>
/// <param name="Name">What MMA calls it.</param>
/// <param name="File">Library file it lives in, without which names may clash.</param>
/// <param name="Metre">Its metre.</param>
/// <param name="MmaBeats">How many beats MMA counts in one of its bars.</param>
/// <param name="Family">Genre family.</param>
internal sealed record Groove(string Name, string File, Metre Metre, int MmaBeats, GenreFamily Family)
{
    /// <summary>Whether it opens a song, fills a gap or closes a song instead of carrying one.</summary>
    public bool IsSpecial => Is("Intro") || Is("End") || Is("Fill");

    /// <summary>Whether its name has this part.</summary>
    public bool Is(string kind) => Name.Contains(kind, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The grooves of one library file: one style with its variants.</summary>
internal sealed record GrooveStyle(string File, GenreFamily Family, Metre Metre, IReadOnlyList<Groove> Grooves)
{
    /// <summary>Grooves that carry a section.</summary>
    public IEnumerable<Groove> Main => Grooves.Where(groove => !groove.IsSpecial);

    /// <summary>A groove whose name has this part, or null.</summary>
    public Groove? Find(string kind, SeededRandom random)
    {
        var found = Grooves.Where(groove => groove.Is(kind)).ToList();
        return found.Count > 0 ? random.Pick(found) : null;
    }
}

/// <summary>
/// Names, metres and genre families of the grooves that MMA 21.09 ships. The table is embedded: what a seed composes does
/// not depend on a directory listing.
/// </summary>
internal static class GrooveCatalog
{
    private static readonly Lazy<IReadOnlyList<Groove>> Grooves = new(Read);

    private static readonly Lazy<IReadOnlyList<GrooveStyle>> StyleList = new(() =>
        [
            .. All.GroupBy(groove => (groove.File, groove.Metre))
                .Where(group => group.Any(groove => !groove.IsSpecial))
                .Select(group => new GrooveStyle(group.Key.File, group.First().Family, group.Key.Metre, [.. group])),
        ]
    );

    /// <summary>Every groove.</summary>
    public static IReadOnlyList<Groove> All => Grooves.Value;

    /// <summary>The grooves by library file and metre.</summary>
    public static IReadOnlyList<GrooveStyle> Styles => StyleList.Value;

    private static List<Groove> Read()
    {
        using var stream = typeof(GrooveCatalog).Assembly.GetManifestResourceStream("Composition/grooves.tsv")!;
        using var reader = new StreamReader(stream);
        var grooves = new List<Groove>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split('\t');
            int Number(int column) => int.Parse(cells[column], CultureInfo.InvariantCulture);
            grooves.Add(
                new(cells[0], cells[1], new Metre(Number(2), Number(3)), Number(4), GenreFamily.Of(EnumName<Genre>.Parse(cells[5])))
            );
        }
        return grooves;
    }
}
