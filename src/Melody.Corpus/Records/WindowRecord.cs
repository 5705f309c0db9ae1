using Melody.Music;

namespace Melody.Corpus.Records;

/// <summary>A chord and when it sounds, in seconds from the start of the window.</summary>
/// <param name="Start">Seconds, 0 or later.</param>
/// <param name="End">Seconds, at most the window's length.</param>
/// <param name="Name">For example "Am7"; "N" where there is none.</param>
internal sealed record ChordRecord(double Start, double End, string Name);

/// <summary>An instrument that sounds in a window.</summary>
/// <param name="Name">Plain English name, for example "acoustic guitar".</param>
/// <param name="Program">General MIDI program 0..127, or 128 for the drum kit.</param>
/// <param name="Family">Its family.</param>
/// <param name="Share">Part of the window's time, 0..1, in which it has a note on.</param>
/// <param name="Role">What it does.</param>
internal sealed record InstrumentRecord(string Name, int Program, InstrumentFamily Family, double Share, PlayerRole Role);

/// <summary>
/// Exact knowledge of one window of a rendered piece; one line of a shard's JSONL. All times are seconds from the
/// window's start unless said otherwise.
/// </summary>
internal sealed record WindowRecord
{
    /// <summary><see cref="PieceRecord.Id"/> of the piece.</summary>
    public required string PieceId { get; init; }

    /// <summary>Position among the piece's windows, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Seconds from the start of the piece.</summary>
    public required double Start { get; init; }

    /// <summary>Seconds, 10 in the standard corpus.</summary>
    public required double Length { get; init; }

    /// <summary>That of its piece.</summary>
    public required DatasetSplit Split { get; init; }

    /// <summary>Beats a minute over this window, exact; the beat is the metre's own.</summary>
    public required double Bpm { get; init; }

    /// <summary>True when tempo, key or chords come from an estimate (imported music), not from the score.</summary>
    public bool Estimated { get; init; }

    /// <summary>For example "3/4".</summary>
    public required string TimeSignature { get; init; }

    /// <summary>Key that holds for the larger part of the window, "none" for drums alone.</summary>
    public required string Key { get; init; }

    /// <summary>"major", "minor", "dorian", … or "none".</summary>
    public required string Mode { get; init; }

    /// <summary>Chords in time order.</summary>
    public required IReadOnlyList<ChordRecord> Chords { get; init; }

    /// <summary>Instruments that sound, the largest share first.</summary>
    public required IReadOnlyList<InstrumentRecord> Instruments { get; init; }

    /// <summary>Whether the drum kit or another unpitched percussion sounds.</summary>
    public required bool Drums { get; init; }

    /// <summary>Section in the middle of the window: a <see cref="SectionName"/>, or "unknown" where music was imported.</summary>
    public required string Section { get; init; }

    /// <summary>How the piece came about.</summary>
    public required PieceKind Kind { get; init; }

    /// <summary>Genre family.</summary>
    public required Genre Family { get; init; }

    /// <summary>Groove or texture.</summary>
    public required string Style { get; init; }

    /// <summary>Note onsets a second.</summary>
    public required double Density { get; init; }

    /// <summary>Mean pitch of the pitched notes weighted by length, as a MIDI key number; 0 when there are none.</summary>
    public required double Register { get; init; }

    /// <summary>0..1, from loudness, density and drums (see the mood rules).</summary>
    public required double Energy { get; init; }

    /// <summary>Mean velocity of the notes, 1..127.</summary>
    public required double Loudness { get; init; }

    /// <summary>
    /// Mean of note length over the time to the next onset of the same instrument: about 1 is legato, under 0.5 staccato.
    /// </summary>
    public required double Articulation { get; init; }

    /// <summary>Mood words that the rules give, the best first.</summary>
    public required IReadOnlyList<string> Moods { get; init; }

    /// <summary>Era and setting words, for example "1950s", "salon", "video game".</summary>
    public required IReadOnlyList<string> Settings { get; init; }

    /// <summary>Uses that fit, for example "a rainy-day vlog".</summary>
    public required IReadOnlyList<string> Uses { get; init; }

    /// <summary>Words for what the production chain did.</summary>
    public required IReadOnlyList<string> ProductionWords { get; init; }

    /// <summary>Seconds of every beat in the window.</summary>
    public required IReadOnlyList<double> Beats { get; init; }

    /// <summary>Seconds of every downbeat in the window.</summary>
    public required IReadOnlyList<double> Downbeats { get; init; }

    /// <summary>Every note that sounds, cut at the window's edges, in time order.</summary>
    public required IReadOnlyList<NoteEvent> Notes { get; init; }

    /// <summary>At least six sentences.</summary>
    public required IReadOnlyList<string> Captions { get; init; }

    /// <summary>Plain tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }
}
