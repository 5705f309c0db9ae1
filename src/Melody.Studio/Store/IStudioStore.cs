namespace Melody.Studio.Store;

/// <summary>
/// Where jobs and songs are kept. Each call is whole or did not happen, and what it wrote survives a kill of the process. Safe for
/// use by several threads at once.
/// </summary>
internal interface IStudioStore : IAsyncDisposable
{
    /// <summary>Keeps a new job; a second time is nothing.</summary>
    Task AddJobAsync(JobRecord job, CancellationToken cancellation);

    /// <summary>Replaces state, times and error of a job.</summary>
    Task UpdateJobAsync(JobRecord job, CancellationToken cancellation);

    /// <summary>A job; null where there is none of that id.</summary>
    Task<JobRecord?> FindJobAsync(string id, CancellationToken cancellation);

    /// <summary>The jobs that have not ended, in the order in which they came.</summary>
    Task<IReadOnlyList<JobRecord>> UnfinishedJobsAsync(CancellationToken cancellation);

    /// <summary>The newest jobs.</summary>
    Task<IReadOnlyList<JobRecord>> RecentJobsAsync(int limit, CancellationToken cancellation);

    /// <summary>Keeps a new song with its peaks.</summary>
    /// <param name="song">The song.</param>
    /// <param name="peaks">Its outline.</param>
    /// <param name="lease">The lease under which it was made; null where no other process makes jobs.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>
    /// Whether it was added: a job's piece is kept once, and not under a lease that no longer holds. False, too, where the song itself is
    /// kept already, because the answer to the first attempt was lost.
    /// </returns>
    Task<bool> AddSongAsync(SongRecord song, byte[] peaks, Lease? lease, CancellationToken cancellation);

    /// <summary>Replaces title, favourite, tags and trash of a song.</summary>
    /// <returns>Whether there is such a song.</returns>
    Task<bool> UpdateSongAsync(SongRecord song, CancellationToken cancellation);

    /// <summary>Forgets a song.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveSongAsync(string id, CancellationToken cancellation);

    /// <summary>A song, also one in the trash; null where there is none of that id.</summary>
    Task<SongRecord?> FindSongAsync(string id, CancellationToken cancellation);

    /// <summary>The peaks of a song; null where there is none of that id.</summary>
    Task<byte[]?> PeaksAsync(string id, CancellationToken cancellation);

    /// <summary>Songs, newest first.</summary>
    Task<IReadOnlyList<SongRecord>> ListSongsAsync(SongQuery query, CancellationToken cancellation);

    /// <summary>The songs that a job made, by piece, also those in the trash.</summary>
    Task<IReadOnlyList<SongRecord>> SongsOfJobAsync(string job, CancellationToken cancellation);

    /// <summary>The ids of all songs.</summary>
    Task<IReadOnlySet<string>> SongIdsAsync(CancellationToken cancellation);
}
