namespace Melody.Corpus.Midi;

/// <summary>One part of a song: what one track of the file sends to one channel. Every list is in order of time.</summary>
internal sealed record MidiTrack
{
    /// <summary>The channel that General MIDI keeps for percussion (counted from 0).</summary>
    public const int DrumChannel = 9;

    private readonly bool? _isDrums;

    /// <summary>The name of the part, or an empty string.</summary>
    public string Name { get; init; } = "";

    /// <summary>The channel, 0..15; tracks may share one, and then share its program and controllers too.</summary>
    public required int Channel { get; init; }

    /// <summary>The notes, by start and then by pitch.</summary>
    public IReadOnlyList<MidiNote> Notes { get; init; } = [];

    /// <summary>Program changes that this track sends.</summary>
    public IReadOnlyList<ProgramChange> Programs { get; init; } = [];

    /// <summary>Controller changes that this track sends.</summary>
    public IReadOnlyList<ControlChange> Controls { get; init; } = [];

    /// <summary>Pitch wheel moves that this track sends.</summary>
    public IReadOnlyList<PitchBend> PitchBends { get; init; } = [];

    /// <summary>The first program that this track sends, 0 (grand piano) if none.</summary>
    public int Program => Programs.Count > 0 ? Programs[0].Program : 0;

    /// <summary>
    /// Whether the pitches mean percussion instruments; those of <see cref="DrumChannel"/> do unless something else is said.
    /// </summary>
    public bool IsDrums
    {
        get => _isDrums ?? Channel == DrumChannel;
        init => _isDrums = value;
    }
}
