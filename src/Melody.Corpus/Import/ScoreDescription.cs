using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Import;

/// <summary>
/// Records of a MIDI file: tempo, metre, beats, notes and instruments are exact; the key is what the file says, or
/// unknown. Captions are somebody's words, where there are any; else they are written from the notes as those of the
/// composed corpus are, without a genre, an era or a place, and without a number for a tempo that changes.
/// </summary>
internal sealed class ScoreDescription
{
    private const double BeatTolerance = 1e-6;
    private const int MaximumBeats = 50_000;
    private const double SlowestBpm = 20,
        FastestBpm = 400;

    private readonly MidiSong _song;
    private readonly ImportFile _file;
    private readonly IReadOnlyList<string> _productionWords;
    private readonly TempoMap _map;
    private readonly double _seconds;
    private readonly Dictionary<int, ProgramChange[]> _programs;
    private readonly List<(NoteEvent Note, int Track)> _notes;
    private readonly List<(double Time, bool IsDown)> _beats;

    public ScoreDescription(MidiSong song, ImportFile file, IReadOnlyList<string> productionWords)
    {
        (_song, _file, _productionWords, _map) = (song, file, productionWords, song.BuildTempoMap());
        _seconds = _map.SecondsAt(song.LengthTicks);
        _programs = song
            .Tracks.SelectMany(track => track.Programs.Select(change => (track.Channel, change)))
            .GroupBy(entry => entry.Channel, entry => entry.change)
            .ToDictionary(group => group.Key, group => group.OrderBy(change => change.Tick).ToArray());
        _notes =
        [
            .. song
                .Tracks.SelectMany((track, index) => track.Notes.Select(note => (Note(track, note), index)))
                .OrderBy(entry => entry.Item1.Start),
        ];
        _beats = song.HasBeats ? [.. Beats()] : [];
    }

    /// <summary>What is known of the whole piece.</summary>
    public PieceRecord Piece(string id, DatasetSplit split, string licence, ulong seed)
    {
        var key = KeyAt(0);
        return new()
        {
            Id = id,
            Seed = seed,
            Split = split,
            TuneId = RecordingDescription.TuneOf(_file),
            Kind = PieceKind.Score,
            Style = RecordingDescription.Unknown,
            Family = Genre.Unknown,
            Sources = [new SourceRecord(_song.Title.Length > 0 ? _song.Title : "imported", licence, _file.Name)],
            Bpm = KnownBpm(BpmAt(0)),
            TimeSignature = MetreName(0),
            Key = key?.Name ?? RecordingDescription.Unknown,
            Mode = key?.ModeName ?? RecordingDescription.Unknown,
            Form = [],
            ProductionWords = _productionWords,
            Programs = [.. _notes.Select(entry => entry.Note.Program).Distinct().Order()],
            Duration = Math.Round(_seconds, 3),
        };
    }

    /// <summary>
    /// Windows one after the other; where a second or more is left over, a last one ends with the last note. A song shorter
    /// than a window, which is repeated before (<see cref="RepeatedSong"/>), makes one.
    /// </summary>
    public IReadOnlyList<WindowRecord> Windows(string id, DatasetSplit split, ulong seed, double length)
    {
        var windows = new List<WindowRecord>();
        for (double start = 0.0; start == 0 || start + length <= _seconds + BeatTolerance; start += length)
            windows.Add(WithWords(Window(id, split, windows.Count, start, length), seed));
        if (_seconds - windows.Count * length >= 1)
            windows.Add(WithWords(Window(id, split, windows.Count, Math.Floor((_seconds - length) * 1000) / 1000, length), seed));
        return windows;
    }

    private WindowRecord Window(string id, DatasetSplit split, int index, double start, double length)
    {
        long tick = (long)_map.TickAt(start + Math.Min(length / 2, 0.1));
        var key = KeyAt(tick);
        var metre = MetreAt(tick);
        var inside = _notes
            .Where(entry => entry.Note.Start < start + length && entry.Note.Start + entry.Note.Length > start)
            .Select(entry => (Note: Cut(entry.Note, start, length), entry.Track, IsOnset: entry.Note.Start >= start))
            .ToList();
        var notes = inside.Select(entry => entry.Note).ToList();
        var pitched = notes.Where(note => note.Program != Instrument.DrumKit).ToList();
        var beats = _beats.Where(beat => beat.Time >= start - BeatTolerance && beat.Time < start + length - BeatTolerance).ToList();
        return new()
        {
            PieceId = id,
            Index = index,
            Start = start,
            Length = length,
            Split = split,
            Bpm = KnownBpm(IsSteady(start, length) ? BpmAt(tick) : MeanBpm(start, Math.Min(start + length, _seconds), metre)),
            TimeSignature = MetreName(tick),
            Key = key?.Name ?? RecordingDescription.Unknown,
            Mode = key?.ModeName ?? RecordingDescription.Unknown,
            Chords = [],
            Instruments = [.. ListInstruments(notes, length)],
            Drums = notes.Any(note => note.Program == Instrument.DrumKit),
            Section = RecordingDescription.Unknown,
            Kind = PieceKind.Score,
            Family = Genre.Unknown,
            Style = RecordingDescription.Unknown,
            Density = Math.Round(inside.Count(entry => entry.IsOnset) / length, 3),
            Register =
                pitched.Count == 0
                    ? 0
                    : Math.Round(pitched.Sum(note => note.Pitch * note.Length) / Math.Max(pitched.Sum(note => note.Length), 1e-9), 2),
            Energy = 0,
            Loudness = notes.Count == 0 ? 0 : Math.Round(notes.Average(note => note.Velocity), 2),
            Articulation = Math.Round(
                Articulation([
                    .. inside.Where(entry => entry.Note.Program != Instrument.DrumKit).Select(entry => (entry.Note, entry.Track)),
                ]),
                3
            ),
            Moods = [],
            Settings = [],
            Uses = [],
            ProductionWords = _productionWords,
            Beats = [.. beats.Select(beat => Math.Round(beat.Time - start, 4))],
            Downbeats = [.. beats.Where(beat => beat.IsDown).Select(beat => Math.Round(beat.Time - start, 4))],
            Notes = notes,
            Captions = [.. _file.Rows.SelectMany(row => row.Captions).Distinct()],
            Tags = [.. _file.Rows.SelectMany(row => row.Tags).Distinct()],
        };
    }

    // moods and, where nobody wrote any, captions and tags. Music without a known tempo has the names of its instruments only.
    private WindowRecord WithWords(WindowRecord record, ulong seed)
    {
        var sounding = record.Instruments.Where(instrument => instrument.Share >= CaptionFacts.LeastShare).ToList();
        if (sounding.Count == 0)
            return record;
        if (record.Bpm == 0)
            return _file.Rows.Count > 0 ? record : record with { Tags = [.. sounding.Select(instrument => instrument.Name)] };
        var random = SeededRandom.For(SeededRandom.Derive(seed, (ulong)record.Index), "words");
        double energy = MoodRules.Energy(record.Loudness, record.Density, record.Bpm, record.Drums);
        string group = MoodRules.Group(energy, MoodRules.Valence(record.Mode, record.Bpm, record.Register, record.Articulation));
        var traits = MoodRules.Traits(record.Density, record.Register, record.Loudness, record.Articulation, record.Bpm);
        record = record with
        {
            Energy = Math.Round(energy, 3),
            Moods = [group, .. random.Shuffle(Words.Moods[group]).Take(3).Concat(traits).Where(word => word != group).Distinct()],
            Uses = [.. random.Shuffle(Words.Uses[group]).Take(2)],
        };
        if (_file.Rows.Count > 0)
            return record;
        var captioner = new Captioner(record, KeyIsHeard(record), IsSteady(record.Start, record.Length), random);
        return record with { Captions = captioner.Captions(), Tags = captioner.Tags() };
    }

    // the file names one key for the whole window, and nine tenths of what sounds belongs to it
    private bool KeyIsHeard(WindowRecord record)
    {
        if (
            KeyAt((long)_map.TickAt(record.Start + Math.Min(record.Length / 2, 0.1))) is not { } key
            || KeyAt((long)_map.TickAt(record.Start + record.Length)) != key
        )
            return false;
        var pitched = record.Notes.Where(note => note.Program != Instrument.DrumKit).ToList();
        return pitched.Where(note => key.Contains(note.Pitch)).Sum(note => note.Length) >= 0.9 * pitched.Sum(note => note.Length);
    }

    // a tempo that nobody counts by is not known: 0
    private double KnownBpm(double bpm) => _song.HasBeats && bpm is >= SlowestBpm and <= FastestBpm ? bpm : 0;

    // film time has no metre unless the file names one
    private string MetreName(long tick) =>
        !_song.HasBeats && _song.TimeSignatures.Count == 0 ? RecordingDescription.Unknown
        : MetreAt(tick) is var metre ? $"{metre.Numerator}/{metre.Denominator}"
        : "";

    private bool IsSteady(double start, double length)
    {
        var (from, to) = (_map.TickAt(start + Math.Min(length / 2, 0.1)), _map.TickAt(Math.Min(start + length, _seconds)));
        double bpm = BpmAt((long)from);
        return _song
            .Tempos.Where(change => change.Tick > from && change.Tick < to)
            .All(change => Math.Abs(BpmAt(change.Tick) - bpm) <= 0.01 * bpm);
    }

    private double MeanBpm(double start, double end, TimeSignature metre) =>
        Math.Round(
            (_map.TickAt(end) - _map.TickAt(start)) / _song.TicksPerQuarter / QuartersInBeat(metre) / Math.Max(end - start, 1e-6) * 60,
            3
        );

    // mean of length over the time to the next onset of the same track, which the notes of a chord share
    private static double Articulation(List<(NoteEvent Note, int Track)> sounding)
    {
        var (sum, count) = (0.0, 0);
        foreach (var track in sounding.GroupBy(entry => entry.Track))
        {
            var notes = track.Select(entry => entry.Note).ToList();
            for (var (i, next) = (0, 0); i < notes.Count; i++)
            {
                while (next < notes.Count && notes[next].Start <= notes[i].Start + 0.04)
                    next++;
                if (next == notes.Count)
                    break;
                sum += Math.Min(1, notes[i].Length / (notes[next].Start - notes[i].Start));
                count++;
            }
        }
        return count > 0 ? sum / count : 1;
    }

    private NoteEvent Note(MidiTrack track, MidiNote note)
    {
        var (start, end) = (_map.SecondsAt(note.Start), _map.SecondsAt(note.End));
        return new(
            start,
            end - start,
            note.Pitch,
            track.IsDrums ? Instrument.DrumKit : ProgramAt(track.Channel, note.Start),
            note.Velocity
        );
    }

    // as MidiSong.ProgramAt, but quick for many notes
    private int ProgramAt(int channel, long tick)
    {
        if (!_programs.TryGetValue(channel, out var changes))
            return 0;
        return LastAt(changes, change => change.Tick, tick) is >= 0 and var at ? changes[at].Program : 0;
    }

    private MelodyException NoMusic() => new($"'{_file.Name}' holds more notes, tempi or beats than any music has; it is left out.");

    private static NoteEvent Cut(NoteEvent note, double start, double length)
    {
        var (from, to) = (Math.Max(note.Start - start, 0), Math.Min(note.Start + note.Length - start, length));
        return note with { Start = from, Length = to - from };
    }

    private static IEnumerable<InstrumentRecord> ListInstruments(List<NoteEvent> notes, double length) =>
        notes
            .GroupBy(note => note.Program)
            .Select(group => new InstrumentRecord(
                Instruments.Of(group.Key).Name,
                group.Key,
                Instruments.Of(group.Key).Family,
                Math.Round(Covered(group) / length, 3),
                group.Key == Instrument.DrumKit ? PlayerRole.Drums : PlayerRole.Harmony
            ))
            .OrderByDescending(instrument => instrument.Share)
            .ThenBy(instrument => instrument.Program);

    // seconds in which at least one of the notes sounds; they come in order of their start
    private static double Covered(IEnumerable<NoteEvent> notes)
    {
        var (covered, end) = (0.0, 0.0);
        foreach (var note in notes.OrderBy(note => note.Start))
        {
            covered += Math.Max(0, note.Start + note.Length - Math.Max(end, note.Start));
            end = Math.Max(end, note.Start + note.Length);
        }
        return covered;
    }

    // the beat is the metre's own: a dotted quarter in 6/8, 9/8 and 12/8
    private static double QuartersInBeat(TimeSignature metre) =>
        metre.Denominator >= 8 && metre.Numerator > 3 && metre.Numerator % 3 == 0 ? 12.0 / metre.Denominator : 4.0 / metre.Denominator;

    private IEnumerable<(double, bool)> Beats()
    {
        double position = 0;
        long change = 0L;
        var (count, following) = (0, 0);
        for (int number = 0; position < _song.LengthTicks; number++)
        {
            if (++count > MaximumBeats)
                throw NoMusic();
            var metre = MetreAt((long)position);
            if (metre.Tick != change && metre.Tick <= position)
                (change, number) = (metre.Tick, 0);
            double beat = QuartersInBeat(metre) * _song.TicksPerQuarter;
            int beatsInBar = (int)Math.Round(metre.Numerator * 4.0 / metre.Denominator / QuartersInBeat(metre));
            yield return (_map.SecondsAt((long)Math.Round(position)), number % beatsInBar == 0);
            while (following < _song.TimeSignatures.Count && _song.TimeSignatures[following].Tick <= position)
                following++;
            position =
                following < _song.TimeSignatures.Count ? Math.Min(position + beat, _song.TimeSignatures[following].Tick) : position + beat;
        }
    }

    private double BpmAt(long tick)
    {
        int at = LastAt(_song.Tempos, change => change.Tick, tick);
        var tempo = at < 0 ? new TempoChange(0, 500_000) : _song.Tempos[at];
        return Math.Round(tempo.BeatsPerMinute / QuartersInBeat(MetreAt(tick)), 3);
    }

    private TimeSignature MetreAt(long tick) =>
        LastAt(_song.TimeSignatures, metre => metre.Tick, tick) is >= 0 and var at ? _song.TimeSignatures[at] : new TimeSignature(0, 4, 4);

    // place of the last event at or before a tick, -1 before the first; the events are in order
    private static int LastAt<T>(IReadOnlyList<T> events, Func<T, long> tickOf, long tick)
    {
        var (low, high) = (-1, events.Count - 1);
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (tickOf(events[middle]) <= tick)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    // a file that says nothing, and one that says C major because its editor writes that, look alike: no sharps and no flats say nothing
    private MusicalKey? KeyAt(long tick)
    {
        var known = _song.KeySignatures.Where(key => key.Tick <= tick).ToList();
        if (known.Count == 0 || known[^1] is { Sharps: 0, IsMinor: false } && _song.KeySignatures.Count == 1)
            return null;
        var last = known[^1];
        return new MusicalKey(((last.Sharps + 12) * 7 + (last.IsMinor ? 9 : 0)) % 12, last.IsMinor ? Mode.Minor : Mode.Major);
    }
}
