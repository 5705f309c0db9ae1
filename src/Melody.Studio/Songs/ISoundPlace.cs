namespace Melody.Studio.Songs;

/// <summary>
/// Where the processes at one database keep their sounds. A mark in it, equal to one in the database, tells that it is that place and no
/// other: with two places a worker's songs would be silent at the front end.
/// </summary>
internal interface ISoundPlace : IDisposable
{
    /// <summary>Compares the place's mark with the database's.</summary>
    /// <param name="mark">The database's mark; null where it has none yet.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The mark that both have from now on.</returns>
    /// <exception cref="MelodyException">It is another place, or cannot be written.</exception>
    Task<string> MarkAsync(string? mark, CancellationToken cancellation);

    /// <summary>The sounds in it.</summary>
    /// <param name="services">Gives logs.</param>
    ISoundStore Open(IServiceProvider services);
}
