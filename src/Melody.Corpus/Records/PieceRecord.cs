using Melody.Music;

namespace Melody.Corpus.Records;

/// <summary>Where something in a piece comes from, and under which licence it may be used.</summary>
/// <param name="Name">What it is, for example "OpenScore Lieder: Élégie (Jules Massenet)" or "composed by Melody".</param>
/// <param name="Licence">SPDX identifier where one exists, for example "CC0-1.0".</param>
/// <param name="Path">Path inside the source, or null.</param>
internal sealed record SourceRecord(string Name, string Licence, string? Path = null);

/// <summary>A part of the form: where it starts and how many bars it has.</summary>
/// <param name="Name">Which.</param>
/// <param name="Start">Seconds from the start of the piece.</param>
/// <param name="Bars">Bars.</param>
/// <param name="Key">Key that holds in this part, for example "A minor".</param>
internal sealed record SectionRecord(SectionName Name, double Start, int Bars, string Key);

/// <summary>What is known of one piece before it is cut into windows; one line of <c>pieces.jsonl</c>.</summary>
internal sealed record PieceRecord
{
    /// <summary>Unique in the corpus and stable for a seed, for example "p000042".</summary>
    public required string Id { get; init; }

    /// <summary>The one integer that the whole piece follows from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What it is for: the same for every piece that shares a tune (<see cref="TuneId"/>).</summary>
    public required DatasetSplit Split { get; init; }

    /// <summary>Names the tune; pieces made from one score share it whatever their key or instruments.</summary>
    public required string TuneId { get; init; }

    /// <summary>How it came about.</summary>
    public required PieceKind Kind { get; init; }

    /// <summary>Groove or texture, for example "BossaNova" or "alberti".</summary>
    public required string Style { get; init; }

    /// <summary>Grooves of MMA that play, by name; empty where none does.</summary>
    public IReadOnlyList<string> Grooves { get; init; } = [];

    /// <summary>Genre family.</summary>
    public required Genre Family { get; init; }

    /// <summary>Named colour of a re-orchestration, for example "chiptune", or null.</summary>
    public string? Colour { get; init; }

    /// <summary>Scores, libraries and sound fonts that the piece is made from.</summary>
    public required IReadOnlyList<SourceRecord> Sources { get; init; }

    /// <summary>Beats a minute at the start; the beat is the metre's own (a dotted quarter in 6/8).</summary>
    public required double Bpm { get; init; }

    /// <summary>For example "4/4".</summary>
    public required string TimeSignature { get; init; }

    /// <summary>Key at the start, for example "E-flat major"; "none" for drums alone.</summary>
    public required string Key { get; init; }

    /// <summary>"major", "minor", "dorian", "mixolydian", … or "none".</summary>
    public required string Mode { get; init; }

    /// <summary>The form in order.</summary>
    public required IReadOnlyList<SectionRecord> Form { get; init; }

    /// <summary>Words for what the production chain did, for example "lo-fi", "hall reverb".</summary>
    public required IReadOnlyList<string> ProductionWords { get; init; }

    /// <summary>General MIDI programs 0..127 that sound, ascending; 128 stands for the drum kit.</summary>
    public required IReadOnlyList<int> Programs { get; init; }

    /// <summary>Seconds from the first note to the end of the last.</summary>
    public required double Duration { get; init; }
}
