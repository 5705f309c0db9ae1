namespace Melody.Studio.Songs;

/// <summary>Where the sounds of songs are kept, as FLAC. Safe for use by several threads and processes at once.</summary>
internal interface ISoundStore
{
    /// <summary>Keeps the sound of a song, whole or not at all.</summary>
    /// <param name="id">The song.</param>
    /// <param name="write">Writes a file at the path that it is given.</param>
    /// <param name="cancellation">Ends the wait for its turn.</param>
    /// <returns>Bytes of the file.</returns>
    /// <exception cref="MelodyException">There is no room, or the place is forbidden.</exception>
    Task<long> WriteAsync(string id, Action<string> write, CancellationToken cancellation);

    /// <summary>The path of a sound on this machine; a store elsewhere fetches it first.</summary>
    Task<string> PathAsync(string id, CancellationToken cancellation);

    /// <summary>Removes a sound; where there is none this does nothing.</summary>
    Task RemoveAsync(string id);

    /// <summary>Removes what a kill left behind: sounds without a song, and files that were not finished.</summary>
    /// <param name="known">The ids of all songs.</param>
    /// <param name="cancellation">Ends it between two of them.</param>
    Task SweepAsync(IReadOnlySet<string> known, CancellationToken cancellation);
}
