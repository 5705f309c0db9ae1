using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;

namespace Melody.Corpus.Storage;

/// <summary>A piece ready to be stored: its sound and what is known of it.</summary>
internal sealed record FinishedPiece
{
    /// <summary>The sound, at the rate and with the channels of the corpus; null for music that nobody renders.</summary>
    public required Waveform? Audio { get; init; }

    /// <summary>What is known of the piece.</summary>
    public required PieceRecord Record { get; init; }

    /// <summary>What is known of its windows, in order.</summary>
    public required IReadOnlyList<WindowRecord> Windows { get; init; }

    /// <summary>Whether the whole was made softer because it went beyond full scale.</summary>
    public bool Softened { get; init; }

    /// <summary>The sound font that plays; null for a recording.</summary>
    public string? SoundFont { get; init; }

    /// <summary>How it was produced; null for a recording.</summary>
    public ProductionSettings? Production { get; init; }
}
