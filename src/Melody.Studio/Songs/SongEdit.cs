namespace Melody.Studio.Songs;

/// <summary>What to change of a song; null leaves it.</summary>
internal sealed record SongEdit
{
    /// <summary>A new title.</summary>
    public string? Title { get; init; }

    /// <summary>Whether it is a favourite.</summary>
    public bool? Favourite { get; init; }

    /// <summary>All its tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}
