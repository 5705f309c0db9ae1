using System.Globalization;
using System.Text.Json;
using Melody.Corpus.Records;

namespace Melody.Corpus.Import;

/// <summary>Whose table it is: some name files by identifiers.</summary>
internal enum CaptionTableKind
{
    /// <summary>Paths or names of files.</summary>
    Plain,

    /// <summary>Identifiers of videos, which the clips' names hold.</summary>
    MusicCaps,

    /// <summary>Paths of MTG-Jamendo, whose small files end with ".low.mp3".</summary>
    Jamendo,
}

/// <summary>
/// Captions of a folder of music, from one file in UTF-8:
/// CSV or JSONL with a column <c>file</c> and <c>caption</c>, <c>captions</c> or <c>tags</c>; the CSV of MusicCaps
/// (<c>ytid, start_s, end_s, aspect_list, caption</c>); or the TSV of MTG-Jamendo
/// (<c>TRACK_ID, ARTIST_ID, ALBUM_ID, PATH, DURATION, TAGS</c>). A row that cannot be taken as it stands is refused.
/// </summary>
internal sealed class CaptionTable
{
    private const long MaximumBytes = 1L << 30;

    private static readonly string[] FileColumns = ["file", "path", "filename", "file_name", "audio", "name", "ytid", "id"];
    private static readonly string[] CaptionColumns = ["caption", "captions", "text", "description"];
    private static readonly string[] TagColumns = ["tags", "aspect_list", "keywords", "labels"];
    private static readonly string[] OtherColumns = ["split", "group", "artist", "artist_id", "licence", "license"];
    private static readonly string[] Told = [.. CaptionColumns, .. TagColumns, .. OtherColumns];

    private readonly List<CaptionRow> _rows = [];

    private CaptionTable(string path) => Path = path;

    /// <summary>No captions.</summary>
    public static CaptionTable Empty { get; } = new("");

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whose table it is.</summary>
    public CaptionTableKind Kind { get; private set; }

    /// <summary>The rows in order.</summary>
    public IReadOnlyList<CaptionRow> Rows => _rows;

    /// <summary>Reads a file; its content and extension say which kind it is.</summary>
    /// <exception cref="MelodyException">It cannot be read, lacks a column of files or of captions, or a row is malformed.</exception>
    public static CaptionTable Read(string path)
    {
        string text = CaptionText.Read(path, MaximumBytes);
        return System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => FromJsonLines(text, path),
            ".tsv" => FromTsv(DelimitedText.ParseTsv(text), path),
            ".csv" => FromColumns(DelimitedText.ParseCsv(text, path), path),
            var other => throw new MelodyException($"'{path}' is of kind '{other}'; captions are read from .csv, .jsonl and .tsv files."),
        };
    }

    /// <summary>The rows about one file, by its path within the folder, as if it were the only one there.</summary>
    public IReadOnlyList<CaptionRow> Find(string relativePath) => new CaptionMatch(this, [relativePath], ".").Of(relativePath);

    private static CaptionTable FromJsonLines(string text, string path)
    {
        var table = new CaptionTable(path);
        foreach (var (number, line) in DelimitedText.Lines(text))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    throw new MelodyException($"Line {number} of '{path}' is not a JSON object.");
                var values = document
                    .RootElement.EnumerateObject()
                    .GroupBy(property => property.Name.ToLowerInvariant())
                    .ToDictionary(group => group.Key, group => group.SelectMany(property => Strings(property.Value)).ToList());
                if (!values.Keys.Intersect(Told).Any())
                    throw new MelodyException(
                        $"Line {number} of '{path}' has no caption; call its key 'caption' or 'tags' (found: "
                            + $"{string.Join(", ", values.Keys)})."
                    );
                table.Add(name => values.GetValueOrDefault(name) ?? [], number);
            }
            catch (JsonException e)
            {
                throw new MelodyException($"Line {number} of '{path}' is not JSON: {e.Message}", e);
            }
            catch (InvalidOperationException e) // half of a surrogate pair, written with an escape
            {
                throw new MelodyException($"Line {number} of '{path}' holds text that is not Unicode.", e);
            }
        }
        return table;
    }

    private static CaptionTable FromColumns(List<TableRow> rows, string path)
    {
        if (rows.Count == 0)
            throw new MelodyException($"The caption file '{path}' is empty.");
        string[] header = rows[0].Cells.Select(name => name.Trim().TrimStart('\uFEFF').ToLowerInvariant()).ToArray();
        string found = string.Join(", ", header);
        if (!header.Intersect(FileColumns).Any())
            throw new MelodyException($"'{path}' has no column that names the files; call one of them 'file' (found: {found}).");
        if (!header.Intersect(Told).Any())
            throw new MelodyException($"'{path}' has no column of captions; call one of them 'caption' or 'tags' (found: {found}).");
        if (header.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new MelodyException($"'{path}' has two columns '{twice.Key}'; give each its own name.");
        var table = new CaptionTable(path) { Kind = header.Contains("ytid") ? CaptionTableKind.MusicCaps : CaptionTableKind.Plain };
        foreach (var row in rows.Skip(1))
        {
            if (row.Cells.Length != header.Length)
                throw new MelodyException(
                    $"Line {row.Line} of '{path}' has {row.Cells.Length} cells and the header {header.Length}; put quotes around "
                        + $"a cell that holds a comma."
                );
            table.Add(
                name => Array.IndexOf(header, name) is >= 0 and var at && row.Cells[at].Trim().Length > 0 ? [row.Cells[at]] : [],
                row.Line
            );
        }
        return table;
    }

    // MTG-Jamendo: the tags fill all columns from the sixth on, each "genre---rock", "instrument---piano", "mood/theme---happy".
    private static CaptionTable FromTsv(List<TableRow> rows, string path)
    {
        if (rows.Count == 0)
            throw new MelodyException($"The caption file '{path}' is empty.");
        string[] header = rows[0].Cells.Select(name => name.Trim().TrimStart('\uFEFF').ToUpperInvariant()).ToArray();
        if (Array.IndexOf(header, "PATH") != 3 || Array.IndexOf(header, "TAGS") != 5)
            return FromColumns(rows, path);
        var table = new CaptionTable(path) { Kind = CaptionTableKind.Jamendo };
        foreach (var row in rows.Skip(1))
        {
            if (row.Cells.Length < 6)
                throw new MelodyException($"Line {row.Line} of '{path}' has {row.Cells.Length} cells; rows of MTG-Jamendo have 6 or more.");
            table._rows.Add(
                new CaptionRow
                {
                    Key = System.IO.Path.ChangeExtension(row.Cells[3], null),
                    Line = row.Line,
                    Group = row.Cells[1],
                    Tags =
                    [
                        .. row
                            .Cells.Skip(5)
                            .Select(tag => tag[(tag.IndexOf("---", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0)..].Trim())
                            .Where(tag => tag.Length > 0),
                    ],
                }
            );
        }
        return table;
    }

    private void Add(Func<string, IReadOnlyList<string>> values, int line)
    {
        IReadOnlyList<string> First(IEnumerable<string> names) => names.Select(values).FirstOrDefault(found => found.Count > 0) ?? [];
        string? One(params string[] names) => First(names) is [var value, ..] ? value.Trim() : null;
        string? key = One(FileColumns);
        if (string.IsNullOrEmpty(key))
            throw new MelodyException($"Line {line} of '{Path}' names no file.");
        var split = One("split")?.ToLowerInvariant() switch
        {
            null or "" => (DatasetSplit?)null,
            "train" or "training" => DatasetSplit.Train,
            "validation" or "valid" or "val" or "dev" => DatasetSplit.Validation,
            "test" or "eval" => DatasetSplit.Test,
            var other => throw new MelodyException(
                $"Line {line} of '{Path}' puts '{key}' into the split '{other}'; give train, validation or test."
            ),
        };
        double? Seconds(string? text) =>
            string.IsNullOrEmpty(text) ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= 0
            && double.IsFinite(value)
                ? value
            : throw new MelodyException($"Line {line} of '{Path}' has '{text}' where seconds are expected.");
        _rows.Add(
            new CaptionRow
            {
                Key = key,
                Line = line,
                Captions = [.. First(CaptionColumns).Select(caption => caption.Trim()).Where(caption => caption.Length > 0)],
                Tags = [.. First(TagColumns).SelectMany(SplitTags)],
                Split = split,
                Group = One("group", "artist", "artist_id"),
                Licence = One("licence", "license"),
                Start = Seconds(One("start_s", "start")),
                End = Seconds(One("end_s", "end")),
            }
        );
    }

    // "a, b; c" or a list as Python prints it: "['a', 'b']".
    private static IEnumerable<string> SplitTags(string text) =>
        text.Trim()
            .TrimStart('[')
            .TrimEnd(']')
            .Split(',', ';', '|')
            .Select(tag => tag.Trim().Trim('\'', '"').Trim())
            .Where(tag => tag.Length > 0);

    private static List<string> Strings(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Strings)],
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Number => [value.GetRawText()],
            _ => [],
        };
}
