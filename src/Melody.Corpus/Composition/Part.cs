using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>One instrument's notes in ticks of <see cref="MetreTicks.PerQuarter"/>, with its place in the mix.</summary>
internal sealed class Part(PlayerRole role, int program)
{
    /// <summary>What it does.</summary>
    public PlayerRole Role { get; } = role;

    /// <summary>General MIDI program 0..127; 128 for the drum kit.</summary>
    public int Program { get; } = program;

    /// <summary>The drum kit, one of <see cref="GmDrumKit"/>.</summary>
    public int Kit { get; init; }

    /// <summary>Channel volume 0..127.</summary>
    public int Volume { get; set; } = 90;

    /// <summary>Place from left 0 to right 127.</summary>
    public int Pan { get; set; } = 64;

    /// <summary>The notes, in any order.</summary>
    public List<MidiNote> Notes { get; init; } = [];

    /// <summary>Adds a note; lengths under one tick become one, pitches outside 0..127 are left out.</summary>
    public void Add(int start, int length, int pitch, int velocity)
    {
        if (pitch is >= 0 and <= 127 && start >= 0)
            Notes.Add(new MidiNote(start, Math.Max(1, length), pitch, Math.Clamp(velocity, 1, 127)));
    }
}
