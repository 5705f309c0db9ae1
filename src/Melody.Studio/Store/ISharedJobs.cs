namespace Melody.Studio.Store;

/// <summary>
/// The queue of jobs that several processes share. A worker holds a job by a lease that it renews; a lease that is not renewed in time is
/// taken away and the job goes to another worker, so that of all that had it only the one with the current lease can end it. Clients take
/// turns. Each call is whole or did not happen. Safe for use by several threads and processes at once.
/// </summary>
internal interface ISharedJobs
{
    /// <summary>Keeps a new job at the end of its client's jobs.</summary>
    /// <param name="job">The job, queued.</param>
    /// <param name="capacity">How many jobs may wait.</param>
    /// <param name="clientCapacity">How many of one client may wait.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Null, or the number of waiting jobs when the queue is full.</returns>
    Task<int?> AdmitAsync(JobRecord job, int capacity, int clientCapacity, CancellationToken cancellation);

    /// <summary>Takes the next job, whose client then waits until all others had a turn.</summary>
    /// <param name="worker">A name for people.</param>
    /// <param name="time">How long the lease holds without being renewed.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The job, running; null when none waits.</returns>
    Task<LeasedJob?> ClaimAsync(string worker, TimeSpan time, CancellationToken cancellation);

    /// <summary>Returns jobs whose lease has run out to the head of the queue; those that were begun too often fail.</summary>
    /// <param name="attempts">How often a job may be begun.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>How many there were.</returns>
    Task<int> ReapAsync(int attempts, CancellationToken cancellation);

    /// <summary>Renews a lease, and tells how far the job is.</summary>
    /// <returns>Whether the lease still holds.</returns>
    Task<bool> RenewAsync(Lease lease, TimeSpan time, JobStep? step, CancellationToken cancellation);

    /// <summary>Ends a job for its holder; to say the same twice changes nothing.</summary>
    /// <returns>Whether the lease held.</returns>
    Task<bool> EndAsync(Lease lease, JobState state, string? error, CancellationToken cancellation);

    /// <summary>Returns a job to the head of the queue, as if it had not been begun.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancellation);

    /// <summary>Ends a job for its client; a lease on it no longer holds.</summary>
    /// <returns>Whether it had not ended yet.</returns>
    Task<bool> CancelAsync(string id, CancellationToken cancellation);

    /// <summary>The jobs that have not ended: the running ones first, then in the order in which they will be begun.</summary>
    Task<IReadOnlyList<OpenJob>> OpenJobsAsync(CancellationToken cancellation);

    /// <summary>How many jobs wait.</summary>
    Task<int> CountWaitingAsync(CancellationToken cancellation);

    /// <summary>Listens for work until it is cancelled, also across restarts of the database.</summary>
    /// <param name="heard">Given the id of a job that was cancelled, or null when there may be a job to take.</param>
    /// <param name="cancellation">Ends it.</param>
    Task ListenForWorkAsync(Action<string?> heard, CancellationToken cancellation);

    /// <summary>Listens for changes of any job until it is cancelled, also across restarts of the database.</summary>
    Task ListenForChangesAsync(Action heard, CancellationToken cancellation);
}

/// <summary>The right to end a job.</summary>
/// <param name="Job">Id of the job.</param>
/// <param name="Token">A new one each time that a worker takes the job.</param>
internal sealed record Lease(string Job, string Token);

/// <summary>A job in the hands of a worker.</summary>
/// <param name="Record">The job, running.</param>
/// <param name="Lease">The right to end it.</param>
/// <param name="Attempt">How often it was begun, from 1.</param>
internal sealed record LeasedJob(JobRecord Record, Lease Lease, int Attempt);

/// <summary>A job that has not ended, as all processes see it.</summary>
/// <param name="Record">The job.</param>
/// <param name="Step">How far it is; null while it waits.</param>
/// <param name="Songs">Ids of the songs that are made, by piece.</param>
internal sealed record OpenJob(JobRecord Record, JobStep? Step, IReadOnlyList<string> Songs);
