namespace Melody.Corpus.Midi;

/// <summary>One note: start and length in ticks (length at least 1), pitch 0..127 (60 = middle C), velocity 1..127.</summary>
internal readonly record struct MidiNote(long Start, long Length, int Pitch, int Velocity)
{
    /// <summary>The tick at which the note is released.</summary>
    public long End => Start + Length;
}

/// <summary>From this tick on a quarter note lasts this many microseconds (1..16,777,215).</summary>
internal readonly record struct TempoChange(long Tick, int MicrosecondsPerQuarter)
{
    /// <summary>Quarter notes a minute.</summary>
    public double BeatsPerMinute => 60e6 / MicrosecondsPerQuarter;

    /// <summary>The change that sets this many quarter notes a minute, to the nearest microsecond.</summary>
    public static TempoChange FromBeatsPerMinute(long tick, double beatsPerMinute) =>
        new(tick, (int)Math.Clamp(Math.Round(60e6 / beatsPerMinute), 1, 0xFFFFFF));
}

/// <summary>A metre from this tick on, e.g. 3/4; the denominator is a power of two up to 64.</summary>
internal readonly record struct TimeSignature(long Tick, int Numerator, int Denominator);

/// <summary>A notated key from this tick on: sharps (positive) or flats (negative), -7..7, and the mode.</summary>
internal readonly record struct KeySignature(long Tick, int Sharps, bool IsMinor)
{
    /// <summary>Pitch class of the tonic, 0 = C .. 11 = B.</summary>
    public int Tonic => ((Sharps * 7 + (IsMinor ? 9 : 0)) % 12 + 12) % 12;
}

/// <summary>From this tick on the channel plays General MIDI program 0..127.</summary>
internal readonly record struct ProgramChange(long Tick, int Program);

/// <summary>A controller takes a value, both 0..127; <see cref="MidiController"/> names the usual ones.</summary>
internal readonly record struct ControlChange(long Tick, int Controller, int Value);

/// <summary>The pitch wheel moves to 0..16383; 8192 is the middle, the ends are two semitones away by default.</summary>
internal readonly record struct PitchBend(long Tick, int Value)
{
    /// <summary>The wheel at rest.</summary>
    public const int Middle = 8192;
}

/// <summary>Numbers of the controllers that General MIDI synthesisers answer to.</summary>
internal static class MidiController
{
    public const int BankSelect = 0,
        Modulation = 1,
        Volume = 7,
        Pan = 10,
        Expression = 11,
        Sustain = 64,
        Reverb = 91,
        Chorus = 93;
}
