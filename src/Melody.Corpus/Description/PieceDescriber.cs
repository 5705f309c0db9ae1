using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Description;

/// <summary>
/// Describes a composed piece: the record of the piece and of each of its windows, with what truly sounds in each,
/// counted from the song itself.
/// </summary>
internal sealed class PieceDescriber
{
    private readonly ComposedPiece _piece;
    private readonly IReadOnlyList<string> _productionWords;
    private readonly TempoMap _tempo;
    private readonly List<(double Start, double End, MidiNote Note, int Program, PlayerRole Role, int Track)> _notes;
    private readonly double _duration;

    /// <summary>Gets ready to describe a piece that was produced as these words say.</summary>
    public PieceDescriber(ComposedPiece piece, IReadOnlyList<string> productionWords)
    {
        (_piece, _productionWords, _tempo) = (piece, productionWords, piece.Song.BuildTempoMap());
        _notes =
        [
            .. piece
                .Song.Tracks.SelectMany(
                    (track, t) =>
                        track.Notes.Select(note =>
                            (
                                _tempo.SecondsAt(note.Start),
                                _tempo.SecondsAt(note.End),
                                note,
                                track.IsDrums ? Instrument.DrumKit : track.Program,
                                piece.Roles[t],
                                t
                            )
                        )
                )
                .OrderBy(note => note.Item1)
                .ThenBy(note => note.note.Pitch),
        ];
        _duration = piece.Song.LengthSeconds;
    }

    /// <summary>The record of the piece.</summary>
    public PieceRecord Piece() =>
        new()
        {
            Id = _piece.Id,
            Seed = _piece.Seed,
            Split = _piece.Split,
            TuneId = _piece.TuneId,
            Kind = _piece.Kind,
            Style = _piece.Style,
            Grooves = _piece.Grooves,
            Family = _piece.Family.Genre,
            Colour = _piece.Colour,
            Sources = _piece.Sources,
            Bpm = BpmAt(0),
            TimeSignature = _piece.Metre.ToString(),
            Key = _piece.Key?.Name ?? "none",
            Mode = _piece.Key?.ModeName ?? "none",
            Form =
            [
                .. _piece.Sections.Select(section => new SectionRecord(
                    section.Name,
                    Math.Round(_tempo.SecondsAt(section.Start), 3),
                    section.Bars,
                    section.Key?.Name ?? "none"
                )),
            ],
            ProductionWords = _productionWords,
            Programs = [.. _notes.Select(note => note.Program).Distinct().Order()],
            Duration = Math.Round(_duration, 3),
        };

    /// <summary>The windows one after the other; a rest shorter than a window is left out.</summary>
    public List<WindowRecord> Windows(double length = 10)
    {
        var windows = new List<WindowRecord>();
        for (int i = 0; (i + 1) * length <= _duration + 1e-6; i++)
            windows.Add(Window(i, i * length, length));
        return windows;
    }

    /// <summary>The window that starts at a second.</summary>
    public WindowRecord Window(int index, double start, double length)
    {
        double end = start + length;
        var sounding = _notes.Where(note => note.Start < end - 1e-6 && note.End > start + 1e-6).ToList();
        var onsets = sounding.Where(note => note.Start >= start - 1e-6).ToList();
        var pitched = sounding.Where(note => note.Program != Instrument.DrumKit).ToList();
        var instruments = InstrumentsOf(sounding, start, end);
        bool drums = instruments.Exists(instrument => instrument.Family == InstrumentFamily.Drums);
        double bpm = BpmAt((long)Math.Ceiling(_tempo.TickAt(start)));
        var (key, isSure) = KeyOf(
            pitched.Select(note => (note.Note.Pitch, Math.Min(note.End, end) - Math.Max(note.Start, start))).ToList(),
            start,
            end
        );
        string mode = key?.ModeName ?? "none";
        double weight = pitched.Sum(note => Math.Min(note.End, end) - Math.Max(note.Start, start));
        double register =
            weight > 0 ? pitched.Sum(note => note.Note.Pitch * (Math.Min(note.End, end) - Math.Max(note.Start, start))) / weight : 0;
        double density = Math.Round(onsets.Count / length, 2);
        double loudness = sounding.Count > 0 ? sounding.Average(note => note.Note.Velocity) : 0;
        double articulation = Articulation(sounding);
        double touch = pitched.Count > 0 ? articulation : 0.7; // drums are neither smooth nor short
        double energy = MoodRules.Energy(loudness, density, bpm, drums, _piece.Family.Genre);
        string group = MoodRules.Group(energy, MoodRules.Valence(mode, bpm, register, articulation));
        var random = SeededRandom.For(SeededRandom.Derive(_piece.Seed, (ulong)index), "words");
        var traits = MoodRules.Traits(density, register, loudness, touch, bpm).ToList();
        var record = new WindowRecord
        {
            PieceId = _piece.Id,
            Index = index,
            Start = Math.Round(start, 3),
            Length = length,
            Split = _piece.Split,
            Bpm = bpm,
            TimeSignature = _piece.Metre.ToString(),
            Key = key?.Name ?? "none",
            Mode = mode,
            Chords = ChordsOf(start, end),
            Instruments = instruments,
            Drums = drums,
            Section = EnumName<SectionName>.Of(SectionAt(_tempo.TickAt(start + length / 2)).Name),
            Kind = _piece.Kind,
            Family = _piece.Family.Genre,
            Style = _piece.Style,
            Density = density,
            Register = Math.Round(register, 1),
            Energy = Math.Round(energy, 3),
            Loudness = Math.Round(loudness, 1),
            Articulation = Math.Round(articulation, 3),
            Moods = [group, .. random.Shuffle(Words.Moods[group]).Take(3).Concat(traits).Where(word => word != group).Distinct()],
            Settings = [.. random.Shuffle(_piece.Family.Settings).Take(2)],
            Uses = [.. random.Shuffle(Words.Uses[group].Concat(Words.FamilyUses.GetValueOrDefault(_piece.Family.Genre, []))).Take(2)],
            ProductionWords = _productionWords,
            Beats = Grid(_piece.Metre.BeatTicks, start, end),
            Downbeats = Grid(_piece.Metre.BarTicks, start, end),
            Notes =
            [
                .. sounding.Select(note => new NoteEvent(
                    Math.Max(note.Start, start) - start,
                    Math.Min(note.End, end) - Math.Max(note.Start, start),
                    note.Note.Pitch,
                    note.Program,
                    note.Note.Velocity
                )),
            ],
            Captions = [],
            Tags = [],
        };
        var captioner = new Captioner(record, _piece, isSure, random);
        return record with { Captions = captioner.Captions(), Tags = captioner.Tags() };
    }

    private double BpmAt(long tick) => Math.Round(60 / (_tempo.SecondsAt(tick + _piece.Metre.BeatTicks) - _tempo.SecondsAt(tick)), 2);

    private static List<InstrumentRecord> InstrumentsOf(
        List<(double Start, double End, MidiNote Note, int Program, PlayerRole Role, int Track)> sounding,
        double start,
        double end
    )
    {
        var result = new List<InstrumentRecord>();
        foreach (var group in sounding.GroupBy(note => note.Program))
        {
            // drum strokes ring for about a tenth of a second whatever their written length
            double least = group.Key == Instrument.DrumKit ? 0.1 : 0;
            double covered = 0,
                until = start;
            foreach (var note in group)
            {
                var (from, to) = (Math.Max(note.Start, until), Math.Min(Math.Max(note.End, note.Start + least), end));
                if (to <= from)
                    continue;
                covered += to - from;
                until = to;
            }
            var role = group.GroupBy(note => note.Role).MaxBy(roles => (roles.Key == PlayerRole.Melody ? 1000 : 0) + roles.Count())!.Key;
            var instrument = Instruments.Of(group.Key);
            result.Add(new(instrument.Name, group.Key, instrument.Family, Math.Round(covered / (end - start), 3), role));
        }
        return
        [
            .. result
                .Where(instrument => instrument.Share > 0)
                .OrderByDescending(instrument => instrument.Share)
                .ThenBy(instrument => instrument.Program),
        ];
    }

    // mean of length over the time to the part's next onset; notes that others start with count once, the last is left out
    private static double Articulation(List<(double Start, double End, MidiNote Note, int Program, PlayerRole Role, int Track)> sounding)
    {
        var ratios = new List<double>();
        foreach (var track in sounding.Where(note => note.Program != Instrument.DrumKit).GroupBy(note => note.Track))
        {
            var notes = track.ToList();
            for (int i = 0; i + 1 < notes.Count; i++)
            {
                int next = notes.FindIndex(i + 1, note => note.Start > notes[i].Start + 0.04);
                if (next > 0)
                    ratios.Add(Math.Min(1, (notes[i].End - notes[i].Start) / (notes[next].Start - notes[i].Start)));
            }
        }
        return ratios.Count > 0 ? ratios.Average() : 1;
    }

    // the key of the greater part of the window; sure where it holds for nine tenths of it and, in a score, where the notes agree
    private (MusicalKey? Key, bool IsSure) KeyOf(List<(int Pitch, double Seconds)> notes, double start, double end)
    {
        var shares = _piece
            .Sections.Select(section =>
                (section.Key, Share: Math.Min(end, _tempo.SecondsAt(section.End)) - Math.Max(start, _tempo.SecondsAt(section.Start)))
            )
            .Where(section => section.Share > 0)
            .GroupBy(section => section.Key)
            .Select(group => (group.Key, Share: group.Sum(section => section.Share)))
            .ToList();
        if (shares.Count == 0)
            return (_piece.Key, _piece.Key is not null);
        var (key, share) = shares.MaxBy(item => item.Share);
        if (key is not { } known)
            return (null, false);
        bool isSure = share >= 0.9 * shares.Sum(item => item.Share);
        if (_piece.Kind != PieceKind.Score)
            return (key, isSure);
        double[] weights = new double[12];
        foreach (var (pitch, seconds) in notes)
            weights[pitch % 12] += seconds;
        double inside = weights.Where((_, pitch) => known.Contains(pitch)).Sum();
        bool fits =
            inside >= 0.9 * weights.Sum()
            && KeyEstimator.Fit(weights, known) >= KeyEstimator.Fit(weights, KeyEstimator.Best(weights)) - 0.1;
        return fits ? (key, isSure) : (null, false);
    }

    private List<ChordRecord> ChordsOf(double start, double end) =>
        [
            .. _piece
                .Chords.Select(span => (Start: _tempo.SecondsAt(span.Start), End: _tempo.SecondsAt(span.End), span))
                .Where(item => item.Start < end - 1e-6 && item.End > start + 1e-6)
                .Select(item => new ChordRecord(
                    Math.Round(Math.Max(item.Start, start) - start, 3),
                    Math.Round(Math.Min(item.End, end) - start, 3),
                    item.span.Chord.NameIn(_piece.KeyAt(item.span.Start) ?? new MusicalKey(0, Mode.Major))
                )),
        ];

    private SectionSpan SectionAt(double tick) => _piece.Sections.LastOrDefault(section => section.Start <= tick) ?? _piece.Sections[0];

    private List<double> Grid(int ticks, double start, double end)
    {
        var times = new List<double>();
        for (long i = (long)Math.Floor(_tempo.TickAt(start) / ticks); ; i++)
        {
            double time = _tempo.SecondsAt(i * ticks);
            if (time >= end - 1e-9)
                return times;
            if (time >= start - 1e-9)
                times.Add(Math.Round(Math.Max(0, time - start), 3));
        }
    }
}
