using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Import;

/// <summary>One file of a folder that is imported.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its path within the folder, with slashes.</param>
/// <param name="IsMidi">Whether it is a score and not a recording.</param>
/// <param name="Seconds">About how long it lasts; 0 where its header does not say.</param>
/// <param name="Rows">What is written about it.</param>
internal sealed record ImportFile(string Path, string Name, bool IsMidi, double Seconds, IReadOnlyList<CaptionRow> Rows)
{
    private static readonly string[] AudioExtensions = [".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf", ".w64"];
    private static readonly string[] MidiExtensions = [".mid", ".midi", ".rmi", ".kar"];

    /// <summary>The music in a folder and below it, by name, with the rows of the table and the text file beside it (song.txt).</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="table">The captions.</param>
    /// <param name="leftOver">Receives the rows of the table that name no file.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="MelodyException">There is no music, or the table does not fit the folder.</exception>
    public static IReadOnlyList<ImportFile> Find(
        string folder,
        CaptionTable table,
        ICollection<CaptionRow>? leftOver = null,
        CancellationToken cancellation = default
    )
    {
        if (!Directory.Exists(folder))
            throw new MelodyException($"The folder '{folder}' does not exist.");
        var found = FolderWalk
            .Files(folder, cancellation)
            .Select(path => (Path: path, Extension: System.IO.Path.GetExtension(path).ToLowerInvariant()))
            .Where(file => AudioExtensions.Contains(file.Extension) || MidiExtensions.Contains(file.Extension))
            .Select(file => (file.Path, file.Extension, Name: System.IO.Path.GetRelativePath(folder, file.Path).Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToList();
        if (found.Count == 0)
            throw new MelodyException(
                $"No music in '{folder}'; sound files ({string.Join(' ', AudioExtensions)}) and MIDI files are accepted."
            );
        var captions = new CaptionMatch(table, [.. found.Select(file => file.Name)], folder);
        if (captions.Unmatched.Count > 0 && captions.Unmatched.Count == table.Rows.Count)
            throw new MelodyException(
                $"No row of '{table.Path}' names a file in '{folder}'; the first one, in line {table.Rows[0].Line}, names "
                    + $"'{table.Rows[0].Key}'."
            );
        foreach (var row in captions.Unmatched)
            leftOver?.Add(row);
        return found.ConvertAll(file =>
        {
            cancellation.ThrowIfCancellationRequested();
            bool isMidi = MidiExtensions.Contains(file.Extension);
            return new ImportFile(
                file.Path,
                file.Name,
                isMidi,
                isMidi ? 120 : HeaderSeconds(file.Path),
                [.. captions.Of(file.Name), .. Sidecar(file.Path)]
            );
        });
    }

    /// <summary>A hash over names, sizes and words: the same folder, the same hash.</summary>
    public static string HashOf(IReadOnlyList<ImportFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.Name}\t{FileLength.Of(file.Path)}\n");
            foreach (var row in file.Rows)
            {
                string split = row.Split is { } known ? EnumName<DatasetSplit>.Of(known) : "";
                text.Append(CultureInfo.InvariantCulture, $"\t{split}\t{row.Group}\t{row.Licence}\t{row.Start}\t{row.End}")
                    .Append('\t')
                    .AppendJoin('\u001F', row.Captions)
                    .Append('\t')
                    .AppendJoin('\u001F', row.Tags)
                    .Append('\n');
            }
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Deals the files out to shards of about <paramref name="minutes"/>, in order.</summary>
    public static IReadOnlyList<IReadOnlyList<ImportFile>> Deal(IReadOnlyList<ImportFile> files, double minutes)
    {
        var shards = new List<List<ImportFile>>();
        double seconds = double.PositiveInfinity;
        foreach (var file in files)
        {
            if (seconds >= minutes * 60)
            {
                shards.Add([]);
                seconds = 0;
            }
            shards[^1].Add(file);
            seconds += Math.Max(file.Seconds, 1);
        }
        return shards;
    }

    // every line of a text file of the same name is a caption
    private static IReadOnlyList<CaptionRow> Sidecar(string path)
    {
        string text = System.IO.Path.ChangeExtension(path, ".txt");
        if (!File.Exists(text))
            return [];
        var lines = DelimitedText
            .Lines(CaptionText.Read(text, 1 << 20))
            .Select(line => line.Text.Trim())
            .Where(line => line.Length > 0)
            .ToList();
        return lines.Count == 0 ? [] : [new CaptionRow { Key = path, Captions = lines }];
    }

    private static double HeaderSeconds(string path)
    {
        try
        {
            using var reader = AudioReader.Open(path);
            return (double)(reader.Frames ?? 0) / reader.SampleRate;
        }
        catch (MelodyException)
        {
            return 0;
        } // its error is told when its turn comes
    }
}
