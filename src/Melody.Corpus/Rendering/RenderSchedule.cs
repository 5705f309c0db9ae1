using Melody.Corpus.Midi;

namespace Melody.Corpus.Rendering;

/// <summary>What happens to the synthesiser, in the order in which it happens.</summary>
internal enum RenderEventKind
{
    /// <summary>A note is released.</summary>
    NoteOff,

    /// <summary>A controller moves.</summary>
    Control,

    /// <summary>A channel changes its program.</summary>
    Program,

    /// <summary>The pitch wheel moves.</summary>
    PitchBend,

    /// <summary>A note is struck.</summary>
    NoteOn,
}

/// <summary>
/// One event for the synthesiser; <paramref name="Block"/> counts blocks of <see cref="RenderSchedule.BlockSize"/> samples.
/// </summary>
internal readonly record struct RenderEvent(long Block, RenderEventKind Kind, int Channel, int First, int Second);

/// <summary>
/// The events of a song on the grid of the synthesiser. FluidSynth takes events in only between blocks of 64 samples;
/// each goes to the nearest boundary, so a note sounds at most half a block (1.3 ms at 24 kHz) away from its time.
/// (FluidSynth's own MIDI player counts in whole milliseconds and always comes late, by up to 3.7 ms at 24 kHz; it
/// would also put a parser written in C before files of unknown origin.)
/// </summary>
internal static class RenderSchedule
{
    /// <summary>Samples between two moments at which events can happen.</summary>
    public const int BlockSize = 64;

    /// <summary>The events, ordered by block, then kind, then place in the song.</summary>
    public static RenderEvent[] Build(MidiSong song, int sampleRate)
    {
        var map = song.BuildTempoMap();
        long Block(long tick) => (long)Math.Round(map.SecondsAt(tick) * sampleRate / BlockSize);
        var events = new List<RenderEvent>();
        foreach (var track in song.Tracks)
        {
            int channel = track.Channel;
            foreach (var control in track.Controls)
                events.Add(new(Block(control.Tick), RenderEventKind.Control, channel, control.Controller, control.Value));
            foreach (var change in track.Programs)
                events.Add(new(Block(change.Tick), RenderEventKind.Program, channel, change.Program, 0));
            foreach (var bend in track.PitchBends)
                events.Add(new(Block(bend.Tick), RenderEventKind.PitchBend, channel, bend.Value, 0));
            foreach (var note in track.Notes)
            {
                long start = Block(note.Start);
                events.Add(new(start, RenderEventKind.NoteOn, channel, note.Pitch, note.Velocity));
                events.Add(new(Math.Max(Block(note.End), start + 1), RenderEventKind.NoteOff, channel, note.Pitch, 0));
            }
        }
        return [.. events.OrderBy(e => e.Block).ThenBy(e => e.Kind)]; // a stable sort: ties keep the order of the song
    }
}
