using System.Globalization;
using Melody.Audio;
using Melody.Corpus.Import;

namespace Melody.Training.FineTuning;

/// <summary>The recordings of a folder, stems mixed, with the words that stand by them; what cannot be learned from is refused.</summary>
internal sealed class SongFolder
{
    /// <summary>Share of the songs that is held out; one at least.</summary>
    public const double HeldOutShare = 0.15;

    private const int FewSongs = 5;

    private readonly Dictionary<string, string?> _words = new(StringComparer.Ordinal);

    private SongFolder(IReadOnlyList<ImportFile> files, int songs, int mixed, CaptionSources captions) =>
        (Files, Songs, Mixed, Captions) = (files, songs, mixed, captions);

    /// <summary>The recordings.</summary>
    public IReadOnlyList<ImportFile> Files { get; }

    /// <summary>How many songs they are.</summary>
    public int Songs { get; }

    /// <summary>How many recordings were mixed from stems.</summary>
    public int Mixed { get; }

    /// <summary>Where their words come from.</summary>
    public CaptionSources Captions { get; }

    /// <summary>Words for a recording that neither a table nor a text file describes; null where only what is heard is known.</summary>
    public string? WordsOf(string name) => _words.GetValueOrDefault(name);

    /// <summary>Reads a folder.</summary>
    /// <param name="request">Names it, its captions and words for all.</param>
    /// <param name="mixes">A folder for what is mixed from stems.</param>
    /// <param name="log">Reports what was left out.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="MelodyException">There are no recordings, all are of one song, or the captions cannot be used.</exception>
    public static SongFolder Read(FineTuningRequest request, string mixes, IFineTuningLog log, CancellationToken cancellation)
    {
        var table = request.Captions is { } captions ? CaptionTable.Read(captions) : CaptionTable.Empty;
        var unmatched = new List<CaptionRow>();
        var found = ImportFile.Find(request.Folder, table, unmatched, cancellation);
        var recordings = found.Where(file => !file.IsMidi).ToList();
        if (recordings.Count == 0)
            throw new MelodyException(
                $"'{request.Folder}' holds MIDI files only, and an adapter learns from sound; play them with 'melody corpus render' first."
            );
        if (found.Count > recordings.Count)
            log.Note($"Left out: {Count(found.Count - recordings.Count, "MIDI file")}; an adapter learns from recordings.");
        if (unmatched.Count > 0)
            log.Note(
                $"{unmatched.Count} of {table.Rows.Count} rows of '{table.Path}' name no file, the first one '{unmatched[0].Key}' "
                    + $"(line {unmatched[0].Line})."
            );
        var groups = StemGroup.Of(recordings);
        int songs = groups.Select(Whole).Select(RecordingDescription.TuneOf).Distinct(StringComparer.Ordinal).Count();
        if (songs < 2)
            throw new MelodyException(
                recordings.Count == 1
                    ? $"'{request.Folder}' holds one recording; fine-tuning needs two songs at least, of which one is held out, and ten or "
                        + $"more to learn a style and not a song."
                    : $"The {recordings.Count} recordings in '{request.Folder}' are stems or parts of one song; fine-tuning needs two "
                        + $"songs at least, of which one is held out (the column 'group' of --captions tells songs apart)."
            );
        if (songs < FewSongs)
            log.Note($"{Count(songs, "song")} are few: the adapter may learn the songs and not their style; ten or more are better.");
        var files = new List<ImportFile>();
        foreach (var group in groups)
        {
            cancellation.ThrowIfCancellationRequested();
            files.Add(group.Files.Count == 1 ? group.Files[0] : Mix(group, mixes));
        }
        int mixed = groups.Count(group => group.Files.Count > 1);
        if (groups.FirstOrDefault(group => group.Files.Count > 1) is { } first)
            log.Note(
                $"Mixed from stems: {Count(mixed, "song")} ({string.Join(" + ", first.Files.Select(file => $"'{file.Name}'"))}"
                    + $"{(mixed > 1 ? ", …" : "")})."
            );
        var folder = new SongFolder(files, songs, mixed, SourcesOf(files, request.Words));
        foreach (var file in files)
            folder._words[file.Name] = request.Words ?? NameWords.Of(file.Name);
        return folder;
    }

    /// <summary>How many of something, in words.</summary>
    public static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static ImportFile Whole(StemGroup group) =>
        group.Files[0] with
        {
            Name = group.Name,
            Rows = [.. group.Files.SelectMany(file => file.Rows)],
        };

    // named after what it is mixed from: a folder that stays may have it from before
    private static ImportFile Mix(StemGroup group, string folder)
    {
        var path = Path.Combine(folder, $"{ImportFile.HashOf(group.Files)[..24]}.wav");
        if (!File.Exists(path))
            group.Mix().Write(path);
        return Whole(group) with { Path = path };
    }

    private static CaptionSources SourcesOf(List<ImportFile> files, string? given)
    {
        int table = files.Count(file => file.Rows.Any(row => row.Line > 0)),
            beside = files.Count(file => file.Rows.Count > 0) - table,
            wordless = files.Count - table - beside,
            named = given is not null ? 0 : files.Count(file => file.Rows.Count == 0 && NameWords.Of(file.Name) is not null);
        return new(table, beside, named, given is null ? 0 : wordless, given is null ? wordless - named : 0);
    }
}
