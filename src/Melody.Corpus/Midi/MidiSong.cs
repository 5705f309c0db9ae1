namespace Melody.Corpus.Midi;

/// <summary>
/// A piece of music as a Standard MIDI File holds it. Times are ticks; <see cref="BuildTempoMap"/> turns them into
/// seconds. Read by <see cref="MidiReader"/>.
/// </summary>
internal sealed record MidiSong
{
    /// <summary>The title, or an empty string.</summary>
    public string Title { get; init; } = "";

    /// <summary>Ticks in a quarter note, 1..32767.</summary>
    public int TicksPerQuarter { get; init; } = 480;

    /// <summary>
    /// Whether ticks count beats; those of a file in film time (SMPTE) count seconds, and nothing is known of beats, tempo
    /// and metre.
    /// </summary>
    public bool HasBeats { get; init; } = true;

    /// <summary>The parts.</summary>
    public IReadOnlyList<MidiTrack> Tracks { get; init; } = [];

    /// <summary>Tempo changes in order of time; 120 quarter notes a minute until the first.</summary>
    public IReadOnlyList<TempoChange> Tempos { get; init; } = [];

    /// <summary>Metres in order of time; 4/4 until the first.</summary>
    public IReadOnlyList<TimeSignature> TimeSignatures { get; init; } = [];

    /// <summary>Key signatures in order of time.</summary>
    public IReadOnlyList<KeySignature> KeySignatures { get; init; } = [];

    /// <summary>The tick at which the last note ends; 0 without notes.</summary>
    public long LengthTicks => Tracks.SelectMany(track => track.Notes).Select(note => note.End).DefaultIfEmpty(0).Max();

    /// <summary>How many notes there are in all tracks.</summary>
    public int NoteCount => Tracks.Sum(track => track.Notes.Count);

    /// <summary>Seconds from the start to the end of the last note.</summary>
    public double LengthSeconds => BuildTempoMap().SecondsAt(LengthTicks);

    /// <summary>The program that a channel plays at a tick: the last change in any track, 0 before the first.</summary>
    public int ProgramAt(int channel, long tick) =>
        Tracks
            .Where(track => track.Channel == channel)
            .SelectMany(track => track.Programs)
            .Where(change => change.Tick <= tick)
            .Aggregate((Tick: -1L, Program: 0), (last, change) => change.Tick >= last.Tick ? (change.Tick, change.Program) : last)
            .Program;

    /// <summary>The conversion between ticks and seconds; build it once and keep it for many questions.</summary>
    public TempoMap BuildTempoMap() => new(TicksPerQuarter, Tempos);
}
