using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Melody.Corpus.Import;

/// <summary>
/// Captions of a folder of music, from one file:
/// CSV or JSONL with a column <c>file</c> and <c>caption</c>, <c>captions</c> or <c>tags</c>; the CSV of MusicCaps
/// (<c>ytid, start_s, end_s, aspect_list, caption</c>); or the TSV of MTG-Jamendo
/// (<c>TRACK_ID, ARTIST_ID, ALBUM_ID, PATH, DURATION, TAGS</c>).
/// </summary>
internal sealed class CaptionTable
{
    private const long MaximumBytes = 1L << 30;

    private static readonly string[] FileColumns = ["file", "path", "filename", "file_name", "audio", "name", "ytid", "id"];
    private static readonly string[] CaptionColumns = ["caption", "captions", "text", "description"];
    private static readonly string[] TagColumns = ["tags", "aspect_list", "keywords", "labels"];

    private readonly Dictionary<string, List<CaptionRow>> _rows = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>No captions.</summary>
    public static CaptionTable Empty { get; } = new();

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Values.Sum(rows => rows.Count);

    /// <summary>Reads a file; its content and extension say which kind it is.</summary>
    /// <exception cref="MelodyException">It cannot be read or has no column that names files.</exception>
    public static CaptionTable Read(string path)
    {
        string text;
        try
        {
            if (!File.Exists(path))
                throw new MelodyException($"There is no caption file '{path}'.");
            if (new FileInfo(path).Length > MaximumBytes)
                throw new MelodyException($"The caption file '{path}' is larger than 1 GB.");
            text = File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"'{path}' cannot be read: {e.Message}", e);
        }
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => FromJsonLines(text, path),
            ".tsv" => FromTsv(DelimitedText.ParseTsv(text), path),
            ".csv" => FromColumns(DelimitedText.ParseCsv(text), path),
            var other => throw new MelodyException($"'{path}' is of kind '{other}'; captions are read from .csv, .jsonl and .tsv files."),
        };
    }

    /// <summary>The rows about a file, by its path within the folder, that path without extension, its bare name, or an identifier at the start of its name.</summary>
    public IReadOnlyList<CaptionRow> Find(string relativePath)
    {
        var path = relativePath.Replace('\\', '/');
        var stem = Path.GetFileNameWithoutExtension(path);
        string[] keys =
        [
            path,
            Path.ChangeExtension(path, null),
            Path.GetFileName(path),
            stem,
            stem.Split('.')[0], // "948.low" of MTG-Jamendo's small files
            stem.StartsWith('[') && stem.Contains(']', StringComparison.Ordinal)
                ? stem[1..stem.IndexOf(']', StringComparison.Ordinal)]
                : stem, // "[id]-[30-40]"
            stem.Length > 11 && stem[11] is '_' or '-' or ' ' ? stem[..11] : stem, // "id_30_40", an identifier of eleven characters
        ];
        foreach (var key in keys)
            if (_rows.TryGetValue(key, out var rows))
                return rows;
        return [];
    }

    private static CaptionTable FromJsonLines(string text, string path)
    {
        var table = new CaptionTable();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    throw new MelodyException($"Line {number} of '{path}' is no JSON object.");
                var values = document
                    .RootElement.EnumerateObject()
                    .GroupBy(property => property.Name.ToLowerInvariant())
                    .ToDictionary(group => group.Key, group => Strings(group.First().Value));
                table.Add(name => values.GetValueOrDefault(name) ?? [], path);
            }
            catch (JsonException e)
            {
                throw new MelodyException($"Line {number} of '{path}' is not JSON: {e.Message}", e);
            }
        }
        return table;
    }

    private static CaptionTable FromColumns(List<string[]> rows, string path)
    {
        if (rows.Count == 0)
            throw new MelodyException($"The caption file '{path}' is empty.");
        var header = rows[0].Select(name => name.Trim().TrimStart('\uFEFF').ToLowerInvariant()).ToArray();
        if (!header.Intersect(FileColumns).Any())
            throw new MelodyException(
                $"'{path}' has no column that names the files; call one of them 'file' (found: {string.Join(", ", header)})."
            );
        var table = new CaptionTable();
        foreach (var row in rows.Skip(1))
            table.Add(
                name => Array.IndexOf(header, name) is >= 0 and var at && at < row.Length && row[at].Length > 0 ? [row[at]] : [],
                path
            );
        return table;
    }

    // MTG-Jamendo: the tags fill all columns from the sixth on, each "genre---rock", "instrument---piano", "mood/theme---happy".
    private static CaptionTable FromTsv(List<string[]> rows, string path)
    {
        if (rows.Count == 0)
            throw new MelodyException($"The caption file '{path}' is empty.");
        var header = rows[0].Select(name => name.Trim().TrimStart('\uFEFF').ToUpperInvariant()).ToArray();
        if (Array.IndexOf(header, "PATH") != 3 || Array.IndexOf(header, "TAGS") != 5)
            return FromColumns(rows, path);
        var table = new CaptionTable();
        foreach (var row in rows.Skip(1).Where(row => row.Length > 3))
        {
            table.Add(
                new CaptionRow
                {
                    Key = Path.ChangeExtension(row[3], null),
                    Group = row[1],
                    Tags =
                    [
                        .. row.Skip(5)
                            .Select(tag => tag[(tag.IndexOf("---", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0)..].Trim())
                            .Where(tag => tag.Length > 0),
                    ],
                }
            );
        }
        return table;
    }

    private void Add(Func<string, IReadOnlyList<string>> values, string path)
    {
        IReadOnlyList<string> First(IEnumerable<string> names) => names.Select(values).FirstOrDefault(found => found.Count > 0) ?? [];
        string? One(params string[] names) => First(names) is [var value, ..] ? value.Trim() : null;
        var key = One(FileColumns);
        if (string.IsNullOrEmpty(key))
            return;
        var split = One("split")?.ToLowerInvariant() switch
        {
            null or "" => null,
            "train" or "training" => "train",
            "validation" or "valid" or "val" or "dev" => "validation",
            "test" or "eval" => "test",
            var other => throw new MelodyException($"'{path}' puts '{key}' into the split '{other}'; give train, validation or test."),
        };
        Add(
            new CaptionRow
            {
                Key = key.Replace('\\', '/'),
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

    private void Add(CaptionRow row)
    {
        if (!_rows.TryGetValue(row.Key, out var rows))
            _rows[row.Key] = rows = [];
        rows.Add(row);
    }

    // "a, b; c" or a list as Python prints it: "['a', 'b']".
    private static IEnumerable<string> SplitTags(string text) =>
        text.Trim()
            .TrimStart('[')
            .TrimEnd(']')
            .Split(',', ';', '|')
            .Select(tag => tag.Trim().Trim('\'', '"').Trim())
            .Where(tag => tag.Length > 0);

    private static double? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value)
            ? value
            : null;

    private static List<string> Strings(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Strings)],
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Number => [value.GetRawText()],
            _ => [],
        };
}
