namespace Melody.Studio.Store;

/// <summary>A song of the library; its sound lies beside the store in a file named after its id.</summary>
/// <param name="Id">A <see cref="TimedId"/>.</param>
/// <param name="Title">For people; any text.</param>
/// <param name="Created">When it was made or uploaded.</param>
/// <param name="Seconds">Length.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Channels">1 for what the studio makes.</param>
internal sealed record SongRecord(string Id, string Title, DateTimeOffset Created, double Seconds, int SampleRate, int Channels)
{
    /// <summary>The prompt that it was made from.</summary>
    public string? Prompt { get; init; }

    /// <summary>How it came to be: a task in lower case, or "upload".</summary>
    public required string Origin { get; init; }

    /// <summary>Bytes of its file.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether somebody likes it.</summary>
    public bool Favourite { get; init; }

    /// <summary>Words that people sort by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>When it was put into the trash; null where it was not.</summary>
    public DateTimeOffset? Trashed { get; init; }

    /// <summary>The recipe as JSON; null for uploads.</summary>
    public string? Recipe { get; init; }

    /// <summary>The song that it was made from.</summary>
    public string? Source { get; init; }

    /// <summary>The job that made it.</summary>
    public string? Job { get; init; }

    /// <summary>Which of the job's pieces it is, from 0.</summary>
    public int Piece { get; init; }
}
