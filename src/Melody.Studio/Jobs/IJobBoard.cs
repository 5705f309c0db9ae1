using Melody.Studio.Orders;

namespace Melody.Studio.Jobs;

/// <summary>All jobs, as clients deal with them. Safe for use by several threads at once.</summary>
internal interface IJobBoard
{
    /// <summary>Completed at the next change of any job.</summary>
    Task NextChange { get; }

    /// <summary>Whether a client that has no jobs waiting finds a place.</summary>
    bool HasPlace { get; }

    /// <summary>Whether pieces can be heard while they are made.</summary>
    bool CanBeHeard { get; }

    /// <summary>Accepts an order: once this returns, it survives a kill of the process.</summary>
    /// <exception cref="MelodyException">It cannot be made.</exception>
    /// <exception cref="QueueFullException">The queue is full.</exception>
    Task<JobView> SubmitAsync(MusicOrder order, string client, CancellationToken cancellation);

    /// <summary>A job; null where there is none of that id.</summary>
    Task<JobView?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>Whether there is a job of that id that has not ended.</summary>
    bool IsOpen(string id);

    /// <summary>The piece of a job that is being made, as far as it can be heard.</summary>
    LiveSound? SoundOf(string id);

    /// <summary>The jobs that have not ended, the running ones first, then in the order of the queue.</summary>
    IReadOnlyList<JobView> OpenJobs();

    /// <summary>The newest jobs, ended ones too.</summary>
    Task<IReadOnlyList<JobView>> RecentAsync(int limit, CancellationToken cancellation);

    /// <summary>Ends a job: at once where it waits, within a step where it runs.</summary>
    /// <returns>The job as it is then; null where there is none of that id that has not ended.</returns>
    Task<JobView?> CancelAsync(string id, CancellationToken cancellation);

    /// <summary>Waits until a job has ended.</summary>
    Task<JobView?> WaitAsync(string id, CancellationToken cancellation);

    /// <summary>Tells all who watch that something changed.</summary>
    void Beat();
}
