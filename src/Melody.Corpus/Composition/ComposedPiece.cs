using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A section in ticks, with the key that holds in it.</summary>
internal sealed record SectionSpan(SectionName Name, int Start, int End, int Bars, MusicalKey? Key);

/// <summary>Everything known of a piece when it has been written: the song and the truth about it.</summary>
internal sealed record ComposedPiece
{
    /// <summary>Unique and stable, for example "p000042".</summary>
    public required string Id { get; init; }

    /// <summary>The seed of this piece.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What it is for.</summary>
    public required DatasetSplit Split { get; init; }

    /// <summary>Names the tune, see <see cref="PieceRecord.TuneId"/>.</summary>
    public required string TuneId { get; init; }

    /// <summary>How it came about.</summary>
    public required PieceKind Kind { get; init; }

    /// <summary>Groove style, ensemble or drum pattern.</summary>
    public required string Style { get; init; }

    /// <summary>Its genre family.</summary>
    public required GenreFamily Family { get; init; }

    /// <summary>Named colour or null.</summary>
    public string? Colour { get; init; }

    /// <summary>Name of the ensemble ("string quartet"), or null.</summary>
    public string? EnsembleName { get; init; }

    /// <summary>Grooves that were used, in order; empty without MMA.</summary>
    public IReadOnlyList<string> Grooves { get; init; } = [];

    /// <summary>What it is made from.</summary>
    public required IReadOnlyList<SourceRecord> Sources { get; init; }

    /// <summary>The music.</summary>
    public required MidiSong Song { get; init; }

    /// <summary>Role of each track of <see cref="Song"/>, in order.</summary>
    public required IReadOnlyList<PlayerRole> Roles { get; init; }

    /// <summary>Beats a minute at the start.</summary>
    public required double Bpm { get; init; }

    /// <summary>Metre at the start.</summary>
    public required Metre Metre { get; init; }

    /// <summary>Key at the start; null for drums alone or where no single key holds.</summary>
    public required MusicalKey? Key { get; init; }

    /// <summary>Chords in time order; empty for drums alone.</summary>
    public required IReadOnlyList<ChordSpan> Chords { get; init; }

    /// <summary>True when the chords were estimated from the notes of a score.</summary>
    public bool ChordsAreEstimated { get; init; }

    /// <summary>The form.</summary>
    public required IReadOnlyList<SectionSpan> Sections { get; init; }

    /// <summary>The tune, as it stands in the score; for the sanity measures.</summary>
    public required IReadOnlyList<MelodyNote> Melody { get; init; }

    /// <summary>Key in the section at a tick.</summary>
    public MusicalKey? KeyAt(long tick) => (Sections.LastOrDefault(section => section.Start <= tick) ?? Sections[0]).Key;
}
