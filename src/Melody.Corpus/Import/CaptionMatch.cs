using Melody.Foundation;

namespace Melody.Corpus.Import;

/// <summary>
/// Which row of a caption table is about which file. Names are compared in one form: composed Unicode (NFC), slashes, no
/// "./" in front, small letters. A row names a file by its path within the folder (also with the folder's own name or its
/// whole path in front), with or without extension, or, where it has no slash, by the bare name of one file or song; the
/// tables of MusicCaps and MTG-Jamendo by the identifier that their tools put into the name.
/// </summary>
internal sealed class CaptionMatch
{
    private readonly Dictionary<string, List<CaptionRow>> _rows = new(StringComparer.Ordinal);
    private readonly List<CaptionRow> _unmatched = [];

    /// <param name="table">The captions.</param>
    /// <param name="names">Paths of all files within the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="MelodyException">A row names several files, or no row names any.</exception>
    public CaptionMatch(CaptionTable table, IReadOnlyCollection<string> names, string folder)
    {
        var files = names.Select(name => (Name: name, Form: FormOf(name))).ToList();
        var paths = files.ToLookup(file => file.Form, file => file.Name, StringComparer.Ordinal);
        var stems = files.ToLookup(file => WithoutExtension(file.Form), file => file.Name, StringComparer.Ordinal);
        var bare = files.ToLookup(file => file.Form[(file.Form.LastIndexOf('/') + 1)..], file => file.Name, StringComparer.Ordinal);
        var bareStems = files.ToLookup(
            file => WithoutExtension(file.Form[(file.Form.LastIndexOf('/') + 1)..]),
            file => file.Name,
            StringComparer.Ordinal
        );
        var identifiers = files
            .SelectMany(file => Identifiers(table.Kind, file.Form).Select(id => (id, file.Name)))
            .ToLookup(entry => entry.id, entry => entry.Name, StringComparer.Ordinal);
        string[] prefixes =
        [
            FormOf(Path.GetFullPath(folder)) + "/",
            FormOf(Path.GetFileName(Path.GetFullPath(folder).TrimEnd('/', '\\'))) + "/",
        ];
        foreach (var row in table.Rows)
        {
            string key = FormOf(row.Key);
            var found = new[] { key }
                .Concat(
                    prefixes
                        .Where(prefix => prefix.Length > 1 && key.StartsWith(prefix, StringComparison.Ordinal))
                        .Select(prefix => key[prefix.Length..])
                )
                .SelectMany(form => new[] { paths[form], stems[form] })
                .FirstOrDefault(matches => matches.Any())
                ?? Named(table, row, key, bare, bareStems)
                ?? identifiers[key];
            if (!found.Any())
                _unmatched.Add(row);
            foreach (string? name in found)
            {
                if (!_rows.TryGetValue(name, out var rows))
                    _rows[name] = rows = [];
                rows.Add(row);
            }
        }
    }

    /// <summary>Rows that name no file.</summary>
    public IReadOnlyList<CaptionRow> Unmatched => _unmatched;

    /// <summary>The rows about a file, in the table's order.</summary>
    public IReadOnlyList<CaptionRow> Of(string name) => _rows.GetValueOrDefault(name) ?? [];

    private static IEnumerable<string>? Named(
        CaptionTable table,
        CaptionRow row,
        string key,
        ILookup<string, string> bare,
        ILookup<string, string> bareStems
    )
    {
        if (key.Contains('/', StringComparison.Ordinal))
            return null;
        var found = bare[key].Any() ? bare[key] : bareStems[key];
        if (!found.Any())
            return null;
        var songs = found.DistinctBy(name => WithoutExtension(FormOf(name)), StringComparer.Ordinal).ToList();
        return songs.Count == 1
            ? found
            : throw new MelodyException(
                $"Line {row.Line} of '{table.Path}' names '{row.Key}', which is {songs.Count} files ('{songs[0]}', '{songs[1]}'); "
                    + $"give the path within the folder."
            );
    }

    private static IEnumerable<string> Identifiers(CaptionTableKind kind, string form)
    {
        string stem = WithoutExtension(form[(form.LastIndexOf('/') + 1)..]);
        if (kind == CaptionTableKind.Jamendo && stem.EndsWith(".low", StringComparison.Ordinal))
            yield return WithoutExtension(form)[..^4];
        if (kind != CaptionTableKind.MusicCaps)
            yield break;
        // "[id]-[30-40]" and "id_30_40"; identifiers have eleven characters
        if (stem.Length >= 13 && stem[0] == '[' && stem[12] == ']')
            yield return stem[1..12];
        if (
            stem.Length > 12
            && stem[11] is '_' or '-' or ' '
            && stem.Skip(12).All(c => char.IsAsciiDigit(c) || c is '_' or '-' or '.' or ' ')
        )
            yield return stem[..11];
    }

    private static string FormOf(string name)
    {
        string form = ComposedText.Of(name).Replace('\\', '/').Trim().ToLowerInvariant();
        while (form.StartsWith("./", StringComparison.Ordinal))
            form = form[2..];
        return form;
    }

    private static string WithoutExtension(string path)
    {
        int dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') + 1 ? path[..dot] : path;
    }
}
