using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Listening;
using Melody.Music;

namespace Melody.Corpus.Import;

/// <summary>
/// Records of a recording of which only the sound and somebody's words are known. Tempo, key and drums of a window are what
/// a listener estimates, where there is one and it is sure; <see cref="WindowRecord.Estimated"/> is set. Nothing else is
/// guessed: numbers are 0, names are "unknown", lists are empty.
/// </summary>
internal static class RecordingDescription
{
    /// <summary>What stands where a name is not known.</summary>
    public const string Unknown = "unknown";

    /// <summary>Windows whose loudest sample is softer than this (-60 dBFS) are left out.</summary>
    private const float Silence = 0.001f;

    /// <summary>What is known of the file as a whole.</summary>
    public static PieceRecord Piece(ImportFile file, string id, DatasetSplit split, string licence, ulong seed, double seconds) =>
        new()
        {
            Id = id,
            Seed = seed,
            Split = split,
            TuneId = TuneOf(file),
            Kind = PieceKind.Recording,
            Style = Unknown,
            Family = Genre.Unknown,
            Sources = [new SourceRecord("imported", licence, file.Name)],
            Bpm = 0,
            TimeSignature = Unknown,
            Key = Unknown,
            Mode = Unknown,
            Form = [],
            ProductionWords = [],
            Programs = [],
            Duration = Math.Round(seconds, 3),
        };

    /// <summary>What belongs together in one split: the group of the caption table, or the song (<see cref="SongName"/>).</summary>
    public static string TuneOf(ImportFile file) =>
        file.Rows.FirstOrDefault(row => row.Group is not null)?.Group is { } group ? "group:" + group : SongName.Of(file.Name);

    /// <summary>
    /// Windows one after the other; the last one ends with the sound. Sound as long as a window, as shorter music is after it
    /// was repeated, makes one.
    /// </summary>
    public static IReadOnlyList<WindowRecord> Windows(
        ImportFile file,
        Waveform audio,
        string id,
        DatasetSplit split,
        double length,
        IMusicListener? listener = null,
        double? unrepeated = null,
        CancellationToken cancellation = default
    )
    {
        var starts = new List<double>();
        for (double start = 0.0; start + length <= audio.Seconds; start += length)
            starts.Add(start);
        if (starts.Count == 0)
            starts.Add(0);
        else if (audio.Seconds - (starts[^1] + length) >= 1)
            starts.Add(audio.Seconds - length);
        var windows = new List<WindowRecord>();
        foreach (double start in starts)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Peak(audio, start, length) < Silence)
                continue;
            var rows = RowsAt(file.Rows, start, length, unrepeated ?? audio.Seconds);
            if (rows.Count == 0 && file.Rows.Count > 0)
                continue; // its words are about another part of the file
            var window = Window(id, split, windows.Count, Math.Round(start, 3), length, rows);
            windows.Add(listener?.Listen(Cut(audio, start, length)) is { } heard ? With(window, heard) : window);
        }
        return windows;
    }

    // words about a stretch hold for a window that lies at least half inside it; a file that is about as long as the
    // stretch is that stretch, cut out (as the clips of MusicCaps are).
    private static List<CaptionRow> RowsAt(IReadOnlyList<CaptionRow> rows, double start, double length, double seconds) =>
        [
            .. rows.Where(row =>
            {
                if (row.Start is not { } from || row.End is not { } to || to <= from || seconds <= to - from + 2)
                    return true;
                return Math.Min(start + length, to) - Math.Max(start, from) >= 0.5 * Math.Min(length, to - from);
            }),
        ];

    private static WindowRecord Window(string id, DatasetSplit split, int index, double start, double length, List<CaptionRow> rows) =>
        new()
        {
            PieceId = id,
            Index = index,
            Start = start,
            Length = length,
            Split = split,
            Bpm = 0,
            Estimated = true,
            TimeSignature = Unknown,
            Key = Unknown,
            Mode = Unknown,
            Chords = [],
            Instruments = [],
            Drums = false,
            Section = Unknown,
            Kind = PieceKind.Recording,
            Family = Genre.Unknown,
            Style = Unknown,
            Density = 0,
            Register = 0,
            Energy = 0,
            Loudness = 0,
            Articulation = 0,
            Moods = [],
            Settings = [],
            Uses = [],
            ProductionWords = [],
            Beats = [],
            Downbeats = [],
            Notes = [],
            Captions = [.. rows.SelectMany(row => row.Captions).Distinct()],
            Tags = [.. rows.SelectMany(row => row.Tags).Distinct()],
        };

    private static WindowRecord With(WindowRecord window, HeardMusic heard) =>
        window with
        {
            Bpm = heard.Bpm ?? 0,
            Key = heard.Key?.Name ?? Unknown,
            Mode = heard.Key?.ModeName ?? Unknown,
            Drums = heard.Drums,
        };

    // the mean of the channels
    private static AudioClip Cut(Waveform audio, double start, double length)
    {
        int from = (int)(start * audio.SampleRate);
        float[] mono = new float[Math.Min(audio.Length, (int)((start + length) * audio.SampleRate)) - from];
        foreach (float[] channel in audio.Channels)
            for (int i = 0; i < mono.Length; i++)
                mono[i] += channel[from + i] / audio.Channels.Length;
        return new AudioClip(mono, audio.SampleRate);
    }

    private static float Peak(Waveform audio, double start, double length)
    {
        int from = (int)(start * audio.SampleRate);
        int to = Math.Min(audio.Length, (int)((start + length) * audio.SampleRate));
        return audio.Channels.Max(channel => channel.AsSpan(from, to - from).ToArray().Select(Math.Abs).DefaultIfEmpty(0).Max());
    }
}
