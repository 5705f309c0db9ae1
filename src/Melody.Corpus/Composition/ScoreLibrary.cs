using System.Text;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A score of the library, as its manifest describes it.</summary>
internal sealed record ScoreEntry(
    string Path,
    string Title,
    string Composer,
    string Collection,
    string Licence,
    string SourcePath,
    MusicalKey? Key
);

/// <summary>
/// A folder of MIDI scores. With a <c>manifest.csv</c> (columns path, title, composer, collection, licence, source_path,
/// key) sources and licences are known; without one every MIDI file is taken under the licence "unknown".
/// Scores of one composer fall into one split: songs of a set and movements of a quartet share tunes.
/// </summary>
internal sealed class ScoreLibrary
{
    private readonly string _folder;
    private readonly ScoreEntry[] _entries;

    private ScoreLibrary(string folder, ScoreEntry[] entries) => (_folder, _entries) = (folder, entries);

    /// <summary>The scores in the order in which pieces take them.</summary>
    public IReadOnlyList<ScoreEntry> Entries => _entries;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="MelodyException">The folder does not exist, no score in it, or the manifest lacks a column.</exception>
    public static ScoreLibrary Open(string folder, ulong seed)
    {
        if (!Directory.Exists(folder))
            throw new MelodyException($"The folder of scores '{folder}' does not exist.");
        string manifest = System.IO.Path.Combine(folder, "manifest.csv");
        var entries = File.Exists(manifest)
            ? ReadManifest(manifest)
            : Directory
                .EnumerateFiles(folder, "*.mid", SearchOption.AllDirectories)
                .Select(path => System.IO.Path.GetRelativePath(folder, path).Replace('\\', '/'))
                .Select(path => new ScoreEntry(
                    path,
                    System.IO.Path.GetFileNameWithoutExtension(path),
                    path,
                    "folder",
                    "unknown",
                    path,
                    null
                ))
                .ToList();
        if (entries.Count == 0)
            throw new MelodyException($"The folder '{folder}' holds no MIDI scores.");
        return new ScoreLibrary(
            folder,
            SeededRandom.For(seed, "scores").Shuffle(entries.OrderBy(entry => entry.Path, StringComparer.Ordinal))
        );
    }

    /// <summary>The <paramref name="occurrence"/>-th score piece of a corpus.</summary>
    public ComposedPiece Arrange(ulong seed, string id, int occurrence, CompositionOptions options)
    {
        var entry = _entries[occurrence % _entries.Length];
        return new ScoreArranger(seed, id, options).Arrange(System.IO.Path.Combine(_folder, entry.Path), entry);
    }

    private static List<ScoreEntry> ReadManifest(string path)
    {
        var rows = ReadCsv(File.ReadAllText(path)).ToList();
        var columns = rows.Count > 0 ? rows[0] : [];
        int Column(string name) =>
            columns.IndexOf(name) is var at and >= 0 ? at : throw new MelodyException($"The manifest '{path}' has no column '{name}'.");
        var (file, title, composer, collection) = (Column("path"), Column("title"), Column("composer"), Column("collection"));
        var (licence, source, key) = (Column("licence"), Column("source_path"), Column("key"));
        return
        [
            .. rows.Skip(1)
                .Where(row => row.Count == columns.Count)
                .Select(row => new ScoreEntry(
                    row[file],
                    row[title],
                    row[composer],
                    row[collection],
                    row[licence],
                    row[source],
                    MusicalKey.ParseOrNull(row[key])
                )),
        ];
    }

    private static IEnumerable<List<string>> ReadCsv(string text)
    {
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
                quoted = !quoted;
            else if (quoted || c is not (',' or '\n' or '\r'))
                cell.Append(c);
            else if (c == ',' || c == '\n')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == ',')
                    continue;
                yield return row;
                row = [];
            }
        }
        if (row.Count == 0)
            yield break;
        row.Add(cell.ToString());
        yield return row;
    }
}
