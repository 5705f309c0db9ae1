using Melody.Corpus.Midi;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A stretch of a score in one metre, from a bar line, in ticks of <see cref="MetreTicks.PerQuarter"/> from 0.</summary>
internal sealed class ScoreExcerpt
{
    private ScoreExcerpt(Metre metre, double bpm, int endTick, List<IReadOnlyList<MidiNote>> tracks, int tuneTrack) =>
        (Metre, Bpm, EndTick, Tracks, TuneTrack) = (metre, bpm, endTick, tracks, tuneTrack);

    /// <summary>The metre.</summary>
    public Metre Metre { get; }

    /// <summary>The score's own tempo in beats a minute, the one that holds longest.</summary>
    public double Bpm { get; }

    /// <summary>Length in ticks, whole bars.</summary>
    public int EndTick { get; }

    /// <summary>Notes of every track that plays.</summary>
    public IReadOnlyList<IReadOnlyList<MidiNote>> Tracks { get; }

    /// <summary>Which track has the tune: the voice where there is one, else the first.</summary>
    public int TuneTrack { get; }

    /// <summary>All notes.</summary>
    public IEnumerable<MidiNote> AllNotes => Tracks.SelectMany(track => track);

    /// <summary>Ticks that an estimated chord covers: half a bar where that is whole beats.</summary>
    public int ChordUnit => Metre.Beats % 2 == 0 ? Metre.BarTicks / 2 : Metre.BarTicks;

    /// <summary>Part of the time in which the tune sounds.</summary>
    public double TuneShare => Tune(0).Sum(note => (double)note.Length) / Math.Max(1, EndTick);

    /// <summary>Cuts an excerpt of about this many seconds.</summary>
    public static ScoreExcerpt Take(MidiSong score, SeededRandom random, double seconds)
    {
        double scale = (double)MetreTicks.PerQuarter / score.TicksPerQuarter;
        int Ticks(long tick) => (int)Math.Round(tick * scale);
        int end = Ticks(score.LengthTicks);
        var metres = score.TimeSignatures.Count > 0 ? score.TimeSignatures : [new TimeSignature(0, 4, 4)];
        var stretches = metres
            .Select(
                (change, i) =>
                    (
                        Start: Ticks(change.Tick),
                        End: i + 1 < metres.Count ? Ticks(metres[i + 1].Tick) : end,
                        Metre: new Metre(change.Numerator, change.Denominator)
                    )
            )
            .Where(stretch => stretch.End - stretch.Start >= stretch.Metre.BarTicks)
            .ToList();
        if (stretches.Count == 0)
            stretches.Add((0, end, new Metre(metres[0].Numerator, metres[0].Denominator)));
        var (from, to, metre) = stretches.MaxBy(stretch => stretch.End - stretch.Start);

        double quarters = Dominant(score);
        double bpm = quarters * MetreTicks.PerQuarter / metre.BeatTicks;
        int wanted = Math.Max(8, (int)Math.Ceiling(seconds * bpm / 60 / metre.Beats));
        int bars = Math.Max(1, (to - from + metre.BarTicks - 1) / metre.BarTicks);
        int first = bars > wanted ? random.Below((bars - wanted) / 4 + 1) * 4 : 0;
        int count = Math.Min(wanted, bars - first);
        int start = from + first * metre.BarTicks;
        int length = count * metre.BarTicks;
        var tracks = new List<IReadOnlyList<MidiNote>>();
        var (tune, tuneScore) = (0, double.NegativeInfinity);
        foreach (var track in score.Tracks.Where(track => !track.IsDrums))
        {
            var notes = track
                .Notes.Select(note => (Start: Ticks(note.Start) - start, End: Ticks(note.End) - start, note))
                .Where(note => note.Start >= 0 && note.Start < length)
                .Select(note => new MidiNote(
                    note.Start,
                    Math.Max(20, Math.Min(note.End, length) - note.Start),
                    note.note.Pitch,
                    note.note.Velocity
                ))
                .ToArray();
            if (notes.Length == 0)
                continue;
            // a voice before everything else, then the higher of the single lines
            double lead =
                (track.Program is GmProgram.ChoirAahs or GmProgram.VoiceOohs or GmProgram.SynthVoice ? 100 : 0)
                + notes.Average(note => note.Pitch) / 10
                - tracks.Count;
            if (lead > tuneScore)
                (tune, tuneScore) = (tracks.Count, lead);
            tracks.Add(notes);
        }
        return new ScoreExcerpt(metre, bpm, length, tracks, tune);
    }

    /// <summary>Time that each pitch class sounds.</summary>
    public double[] Weights()
    {
        double[] weights = new double[12];
        foreach (var note in AllNotes)
            weights[note.Pitch % 12] += note.Length;
        return weights;
    }

    /// <summary>The tune as a single line: the highest note at each onset, transposed.</summary>
    public IEnumerable<MelodyNote> Tune(int shift)
    {
        var notes =
            Tracks.Count == 0
                ? []
                : Tracks[TuneTrack]
                    .GroupBy(note => note.Start)
                    .Select(group => group.MaxBy(note => note.Pitch))
                    .OrderBy(note => note.Start)
                    .ToList();
        for (int i = 0; i < notes.Count; i++)
        {
            long end = i + 1 < notes.Count ? Math.Min(notes[i].End, notes[i + 1].Start) : notes[i].End;
            yield return new(
                (int)notes[i].Start,
                (int)(end - notes[i].Start),
                Math.Clamp(notes[i].Pitch + shift, 0, 127),
                notes[i].Velocity
            );
        }
    }

    private static double Dominant(MidiSong score)
    {
        if (score.Tempos.Count == 0)
            return 120;
        long end = score.LengthTicks;
        return score
            .Tempos.Select((tempo, i) => (Long: (i + 1 < score.Tempos.Count ? score.Tempos[i + 1].Tick : end) - tempo.Tick, tempo))
            .GroupBy(item => item.tempo.MicrosecondsPerQuarter)
            .MaxBy(group => group.Sum(item => item.Long))!
            .First()
            .tempo.BeatsPerMinute;
    }
}
