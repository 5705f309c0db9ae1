using Melody.Corpus.Records;

namespace Melody.Corpus.Import;

/// <summary>What somebody wrote about a piece of music.</summary>
internal sealed record CaptionRow
{
    /// <summary>The file: its path within the folder, or its name without folder and extension.</summary>
    public required string Key { get; init; }

    /// <summary>Line of the table, from 1; 0 for a text file beside the music.</summary>
    public int Line { get; init; }

    /// <summary>Sentences.</summary>
    public IReadOnlyList<string> Captions { get; init; } = [];

    /// <summary>Single words and short phrases.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the music is for, where the row says so.</summary>
    public DatasetSplit? Split { get; init; }

    /// <summary>What must not be torn apart between the splits: an artist, an album.</summary>
    public string? Group { get; init; }

    /// <summary>Licence of the recording.</summary>
    public string? Licence { get; init; }

    /// <summary>The words hold from here, seconds; null for the whole piece.</summary>
    public double? Start { get; init; }

    /// <summary>The words hold until here, seconds.</summary>
    public double? End { get; init; }
}
