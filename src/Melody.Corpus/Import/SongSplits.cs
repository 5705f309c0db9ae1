using System.Security.Cryptography;
using System.Text;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Import;

/// <summary>
/// Deals songs out to the splits: every file of a song goes where the song goes, in shares that are met as nearly as whole
/// songs allow, and no split that was asked for is empty while there are songs enough.
/// </summary>
internal sealed class SongSplits
{
    private readonly Dictionary<string, DatasetSplit> _splits = new(StringComparer.Ordinal);

    /// <param name="files">All files of the import.</param>
    /// <param name="options">The shares.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <exception cref="MelodyException">The captions put a file into two splits.</exception>
    public SongSplits(IEnumerable<ImportFile> files, ImportOptions options, ulong seed)
    {
        var songs = files.GroupBy(RecordingDescription.TuneOf, StringComparer.Ordinal).ToList();
        foreach (var file in songs.SelectMany(song => song))
            RequireOne(file);
        Divided =
        [
            .. songs
                .Where(song =>
                    song.SelectMany(file => file.Rows).Where(row => row.Split is not null).DistinctBy(row => row.Split).Count() > 1
                )
                .Select(song => song.Key),
        ];
        foreach (var song in songs)
            if (song.SelectMany(file => file.Rows).FirstOrDefault(row => row.Split is not null)?.Split is { } told)
                _splits[song.Key] = told;
        var free = songs
            .Select(song => song.Key)
            .Where(song => !_splits.ContainsKey(song))
            .OrderBy(song => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{song}"))), StringComparer.Ordinal)
            .ToList();
        int next = 0;
        // what the table puts into a split counts, and one song at least stays to learn from
        void Fill(DatasetSplit split, double share)
        {
            int wanted = share > 0 ? Math.Max(1, (int)Math.Round(share * songs.Count)) - _splits.Values.Count(given => given == split) : 0;
            for (int keep = _splits.ContainsValue(DatasetSplit.Train) ? 0 : 1; wanted > 0 && free.Count - next > keep; wanted--)
                _splits[free[next++]] = split;
        }
        Fill(DatasetSplit.Validation, options.ValidationShare);
        Fill(DatasetSplit.Test, options.TestShare);
        foreach (string? song in free.Skip(next))
            _splits[song] = DatasetSplit.Train;
        Songs = songs.Count;
        Empty =
        [
            .. new[]
            {
                (DatasetSplit.Train, 1.0),
                (DatasetSplit.Validation, options.ValidationShare),
                (DatasetSplit.Test, options.TestShare),
            }
                .Where(split => split.Item2 > 0 && !_splits.ContainsValue(split.Item1))
                .Select(split => split.Item1),
        ];
    }

    /// <summary>How many songs there are.</summary>
    public int Songs { get; }

    /// <summary>Songs whose files the captions put into several splits.</summary>
    public IReadOnlyList<string> Divided { get; }

    /// <summary>Splits that were asked for and hold no song.</summary>
    public IReadOnlyList<DatasetSplit> Empty { get; }

    /// <summary>Where a file goes: where its own row of the table says, else where its song goes.</summary>
    public DatasetSplit Of(ImportFile file) =>
        file.Rows.FirstOrDefault(row => row.Split is not null)?.Split ?? _splits[RecordingDescription.TuneOf(file)];

    private static void RequireOne(ImportFile file)
    {
        var told = file.Rows.Where(row => row.Split is not null).DistinctBy(row => row.Split).ToList();
        if (told is [var first, var second, ..])
            throw new MelodyException(
                FormattableString.Invariant($"'{file.Name}' is in the split '{Name(first)}' on line {first.Line} of the captions ")
                    + FormattableString.Invariant($"and in '{Name(second)}' on line {second.Line}; give it one.")
            );
    }

    private static string Name(CaptionRow row) => EnumName<DatasetSplit>.Of(row.Split!.Value);
}
