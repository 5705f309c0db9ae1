using Melody.Music;

namespace Melody.Corpus.Midi;

/// <summary>Gathers the events of a file while it is read: pairs note-ons with note-offs, sorts, drops what is not valid.</summary>
internal sealed class MidiContent(string fileName)
{
    private readonly List<TempoChange> _tempos = [];
    private readonly List<TimeSignature> _metres = [];
    private readonly List<KeySignature> _keys = [];
    private readonly List<PartBuilder> _parts = [];
    private readonly PartBuilder?[] _current = new PartBuilder?[16];
    private long _lastStroke;
    private int _trackIndex,
        _events;
    private string _name = "";
    private string _title = "";

    /// <summary>What error messages call the file.</summary>
    public string FileName { get; } = fileName;

    /// <summary>The longest that a note rings which nothing releases, seconds, where no other note is struck later.</summary>
    public const double LongestHeldSeconds = 10;

    /// <summary>Which channels play percussion.</summary>
    public DrumChannels Drums { get; } = new();

    /// <summary>The tick at which the tracks read so far end.</summary>
    public long EndTick { get; private set; }

    /// <summary>Makes ready for the events of the next track chunk.</summary>
    public void BeginTrack(int index)
    {
        _trackIndex = index;
        _name = "";
        Array.Clear(_current);
    }

    /// <summary>Ends every note of the track that was never released, at the latest where <see cref="LongestHeldSeconds"/> say.</summary>
    public void EndTrack(long tick)
    {
        EndTick = Math.Max(EndTick, tick);
        foreach (var part in _current)
        {
            if (part is null)
                continue;
            part.Name = _name;
            part.HoldAll(tick);
        }
    }

    /// <summary>The part that the current track plays on a channel, for one more event.</summary>
    public PartBuilder Part(int channel)
    {
        Count();
        if (_current[channel] is { } part)
            return part;
        part = new PartBuilder(channel);
        _parts.Add(part);
        return _current[channel] = part;
    }

    public void NoteOn(int channel, long tick, int pitch, int velocity)
    {
        _lastStroke = Math.Max(_lastStroke, tick);
        Part(channel).Open(tick, pitch, velocity);
    }

    public void NoteOff(int channel, long tick, int pitch)
    {
        _lastStroke = Math.Max(_lastStroke, tick);
        _current[channel]?.Close(tick, pitch);
    }

    public void Name(string name)
    {
        if (_name.Length == 0)
            _name = name;
        if (_trackIndex == 0 && _title.Length == 0)
            _title = name;
    }

    public void Tempo(long tick, int microsecondsPerQuarter)
    {
        Count();
        if (microsecondsPerQuarter > 0)
            _tempos.Add(new(tick, microsecondsPerQuarter));
    }

    public void Metre(long tick, int numerator, int denominatorPower)
    {
        Count();
        if (numerator > 0 && denominatorPower <= 6)
            _metres.Add(new(tick, numerator, 1 << denominatorPower));
    }

    public void Key(long tick, int sharps, bool isMinor)
    {
        Count();
        if (sharps is >= -7 and <= 7)
            _keys.Add(new(tick, sharps, isMinor));
    }

    /// <summary>The song; a negative division counts ticks in a film frame instead of in a quarter note.</summary>
    public MidiSong Build(short division)
    {
        var (ticks, tempos) = (Math.Max(division, (short)1), _tempos.OrderBy(tempo => tempo.Tick).ToList());
        if (division < 0)
        {
            int framesPerSecond = -(sbyte)(division >> 8);
            int ticksPerFrame = division & 0xFF;
            if (framesPerSecond is not (24 or 25 or 29 or 30) || ticksPerFrame == 0)
                throw new MelodyException(
                    $"The MIDI file '{FileName}' counts time in a way that does not exist ({framesPerSecond} frames a second, "
                        + $"{ticksPerFrame} ticks a frame)."
                );
            bool dropFrame = framesPerSecond == 29; // 29.97 = 30 / 1.001
            ticks = (short)((dropFrame ? 30 : framesPerSecond) * ticksPerFrame);
            tempos = [new(0, dropFrame ? 1_001_000 : 1_000_000)];
        }
        var map = new TempoMap(ticks, tempos);
        long Latest(long start) => Math.Max(_lastStroke, (long)Math.Round(map.TickAt(map.SecondsAt(start) + LongestHeldSeconds)));
        return new MidiSong
        {
            Title = _title,
            TicksPerQuarter = ticks,
            HasBeats = division > 0,
            Tempos = tempos,
            TimeSignatures = [.. _metres.OrderBy(metre => metre.Tick)],
            KeySignatures = [.. _keys.OrderBy(key => key.Tick)],
            Tracks = [.. _parts.Select(part => part.Build(Drums, Latest))],
        };
    }

    // before it is kept, so that a file of a few megabytes does not fill a gigabyte
    private void Count()
    {
        if (++_events > SongLimits.MaximumEvents)
            throw new MelodyException(
                $"The MIDI file '{FileName}' holds more than {SongLimits.MaximumEvents} notes, changes and controls: not music."
            );
    }

    /// <summary>One channel of one track while it is read.</summary>
    internal sealed class PartBuilder(int channel)
    {
        private readonly List<MidiNote> _notes = [];
        private readonly Dictionary<int, Queue<(long Tick, int Velocity)>> _open = [];
        private readonly List<MidiNote> _held = [];

        public string Name { get; set; } = "";

        public List<ProgramChange> Programs { get; } = [];

        public List<ControlChange> Controls { get; } = [];

        public List<PitchBend> PitchBends { get; } = [];

        public void Open(long tick, int pitch, int velocity)
        {
            if (!_open.TryGetValue(pitch, out var waiting))
                _open[pitch] = waiting = new();
            waiting.Enqueue((tick, velocity));
        }

        // the note that was struck first is released first; a release without a note means nothing
        public void Close(long tick, int pitch)
        {
            if (!_open.TryGetValue(pitch, out var waiting) || !waiting.TryDequeue(out var note))
                return;
            _notes.Add(new(note.Tick, Math.Max(tick - note.Tick, 1), pitch, note.Velocity));
        }

        public void HoldAll(long tick)
        {
            foreach (var (pitch, waiting) in _open)
                while (waiting.TryDequeue(out var note))
                    _held.Add(new(note.Tick, Math.Max(tick - note.Tick, 1), pitch, note.Velocity));
        }

        public MidiTrack Build(DrumChannels drums, Func<long, long> latest)
        {
            _notes.AddRange(_held.Select(note => note with { Length = Math.Clamp(latest(note.Start) - note.Start, 1, note.Length) }));
            MidiNote[] notes = [.. _notes.OrderBy(note => note.Start).ThenBy(note => note.Pitch)];
            return new()
            {
                Name = Name,
                Channel = channel,
                IsDrums = drums.IsDrums(channel, notes.Length > 0 ? notes[0].Start : long.MaxValue),
                Notes = notes,
                Programs = Programs,
                Controls = Controls,
                PitchBends = PitchBends,
            };
        }
    }
}
