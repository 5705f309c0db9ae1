using Melody.Corpus.Production;
using Melody.Corpus.Records;

namespace Melody.Corpus.Storage;

/// <summary>
/// A line of a shard's JSONL file: exactly one of the three is there. The header comes first, each piece before its windows.
/// </summary>
internal sealed record ShardLine
{
    /// <summary>What the shard is.</summary>
    public ShardHeader? Shard { get; init; }

    /// <summary>A piece.</summary>
    public StoredPiece? Piece { get; init; }

    /// <summary>A window of the piece above.</summary>
    public StoredWindow? Window { get; init; }
}

/// <summary>What a shard is.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Channels">1 or 2.</param>
/// <param name="Frames">Length of its audio file in frames.</param>
/// <param name="Pieces">How many pieces it holds.</param>
/// <param name="Windows">How many windows it holds.</param>
/// <param name="Skipped">Pieces that could not be made, each with the reason.</param>
/// <param name="Softened">How many pieces were made softer because they went beyond full scale; null for none.</param>
internal sealed record ShardHeader(
    int Index,
    int SampleRate,
    int Channels,
    long Frames,
    int Pieces,
    int Windows,
    IReadOnlyList<string> Skipped,
    int? Softened = null
);

/// <summary>A piece and where it lies in the shard's audio file.</summary>
/// <param name="FirstFrame">First frame.</param>
/// <param name="Frames">Length in frames, the ringing of the last notes included.</param>
/// <param name="SoundFont">Name of the sound font; null for a recording.</param>
/// <param name="Production">How it was produced; null for a recording.</param>
/// <param name="Record">What is known of it.</param>
internal sealed record StoredPiece(long FirstFrame, long Frames, string? SoundFont, ProductionSettings? Production, PieceRecord Record);

/// <summary>A window and where it lies in the shard's audio file.</summary>
/// <param name="FirstFrame">First frame.</param>
/// <param name="Frames">Length in frames.</param>
/// <param name="Record">What is known of it.</param>
internal sealed record StoredWindow(long FirstFrame, int Frames, WindowRecord Record);
