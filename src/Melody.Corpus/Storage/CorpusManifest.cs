using System.Text.Json;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>One source with its licence, and how many pieces come from it.</summary>
internal sealed record SourceCount(string Name, string Licence, string? Path, int Pieces);

/// <summary>
/// Every source and licence of a corpus, in <c>manifest.json</c>: counted again from the complete shards whenever a
/// build ends.
/// </summary>
internal sealed record CorpusManifest
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Indented = new(CorpusJson.Options) { WriteIndented = true };

    /// <summary>Hours of audio.</summary>
    public required double Hours { get; init; }

    /// <summary>Complete shards.</summary>
    public required int Shards { get; init; }

    /// <summary>Pieces by split.</summary>
    public required IReadOnlyDictionary<string, int> Pieces { get; init; }

    /// <summary>Windows by split.</summary>
    public required IReadOnlyDictionary<string, int> Windows { get; init; }

    /// <summary>All licences that occur, sound fonts included.</summary>
    public required IReadOnlyList<string> Licences { get; init; }

    /// <summary>The sound fonts.</summary>
    public required IReadOnlyList<FontRecord> SoundFonts { get; init; }

    /// <summary>Programs and libraries that shaped it.</summary>
    public required IReadOnlyList<string> Tools { get; init; }

    /// <summary>Every source, by name.</summary>
    public required IReadOnlyList<SourceCount> Sources { get; init; }

    /// <summary>Counts the shards of a folder.</summary>
    public static CorpusManifest Count(string folder)
    {
        using var corpus = CorpusReader.Open(folder);
        var pieces = corpus.Pieces.ToList();
        var sources = pieces
            .SelectMany(piece => piece.Record.Sources)
            .GroupBy(source => source)
            .Select(group => new SourceCount(group.Key.Name, group.Key.Licence, group.Key.Path, group.Count()))
            .OrderBy(source => source.Name, StringComparer.Ordinal)
            .ThenBy(source => source.Path, StringComparer.Ordinal)
            .ToList();
        return new CorpusManifest
        {
            Hours = Math.Round(corpus.Seconds / 3600, 4),
            Shards = corpus.ShardCount,
            Pieces = CountBySplit(pieces.Select(piece => piece.Record.Split)),
            Windows = CountBySplit(corpus.Windows().Select(window => window.Split)),
            Licences =
            [
                .. sources
                    .Select(source => source.Licence)
                    .Concat(corpus.Plan.SoundFonts.Select(font => font.Licence))
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ],
            SoundFonts = corpus.Plan.SoundFonts,
            Tools = corpus.Plan.Tools,
            Sources = sources,
        };
    }

    /// <summary>Counts the shards of a folder and writes the manifest there.</summary>
    public static void Write(string folder)
    {
        if (ShardFiles.FindComplete(folder).Count == 0)
            return;
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(Count(folder), Indented) + "\n");
    }

    private static SortedDictionary<string, int> CountBySplit(IEnumerable<DatasetSplit> splits) =>
        new(
            splits.GroupBy(split => split).ToDictionary(group => EnumName<DatasetSplit>.Of(group.Key), group => group.Count()),
            StringComparer.Ordinal
        );
}
