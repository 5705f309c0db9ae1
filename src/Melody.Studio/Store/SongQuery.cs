namespace Melody.Studio.Store;

/// <summary>Which songs are listed, newest first.</summary>
internal sealed record SongQuery
{
    /// <summary>Words, each of which stands in the title, the prompt or a tag.</summary>
    public string? Search { get; init; }

    /// <summary>A tag that they have.</summary>
    public string? Tag { get; init; }

    /// <summary>Whether only favourites.</summary>
    public bool FavouritesOnly { get; init; }

    /// <summary>Whether those in the trash, and no others.</summary>
    public bool Trashed { get; init; }

    /// <summary>The id after which the page begins; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 50;
}
