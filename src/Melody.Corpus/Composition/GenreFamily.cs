using System.Globalization;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A family of genres: how its music is made and how people call it.</summary>
/// <param name="Genre">Which.</param>
/// <param name="Harmony">Its harmonic language.</param>
/// <param name="SlowBpm">Lower end of its usual tempi.</param>
/// <param name="FastBpm">Upper end of its usual tempi.</param>
/// <param name="MinorShare">How often it is in a minor or minor-like mode.</param>
/// <param name="Swing">Whether off-beat eighths come late.</param>
/// <param name="Activity">See <see cref="MelodyStyle"/>.</param>
/// <param name="Syncopation">See <see cref="MelodyStyle"/>.</param>
/// <param name="Leads">Programs that play its tunes.</param>
/// <param name="Words">Names of the genre, true of every piece of the family.</param>
/// <param name="Settings">Eras, places and scenes that it calls up.</param>
internal sealed record GenreFamily(
    Genre Genre,
    HarmonyStyle Harmony,
    int SlowBpm,
    int FastBpm,
    double MinorShare,
    bool Swing,
    double Activity,
    double Syncopation,
    int[] Leads,
    string[] Words,
    string[] Settings
)
{
    /// <summary>The genre's name, for example "bossa nova".</summary>
    public string Name => EnumName<Genre>.Of(Genre);

    private static readonly Dictionary<Genre, GenreFamily> ByGenre = Read().ToDictionary(family => family.Genre);

    /// <summary>What stands for the genre of a score of which nothing is said.</summary>
    public static GenreFamily Unknown { get; } =
        new(Genre.Music, HarmonyStyle.Pop, 50, 200, 0.5, false, 0.4, 0.3, [GmProgram.GrandPiano], ["music"], []);

    /// <summary>Every family of the table.</summary>
    public static IReadOnlyCollection<GenreFamily> All => ByGenre.Values;

    /// <summary>The family of a genre.</summary>
    public static GenreFamily Of(Genre genre) => ByGenre[genre];

    private static List<GenreFamily> Read()
    {
        using var stream = typeof(GenreFamily).Assembly.GetManifestResourceStream("Composition/genres.tsv")!;
        using var reader = new StreamReader(stream);
        var families = new List<GenreFamily>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split('\t');
            double Number(int column) => double.Parse(cells[column], CultureInfo.InvariantCulture);
            families.Add(
                new(
                    EnumName<Genre>.Parse(cells[0]),
                    Enum.Parse<HarmonyStyle>(cells[1]),
                    (int)Number(2),
                    (int)Number(3),
                    Number(4),
                    Number(5) > 0,
                    Number(6),
                    Number(7),
                    [.. cells[8].Split(' ').Select(GmProgram.Named)],
                    cells[9].Split(',', StringSplitOptions.TrimEntries),
                    cells[10].Split(',', StringSplitOptions.TrimEntries)
                )
            );
        }
        return families;
    }
}
