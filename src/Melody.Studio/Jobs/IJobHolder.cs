using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>Who holds a job while it is made: follows its progress and keeps its end.</summary>
internal interface IJobHolder : IJobProgress
{
    /// <summary>The work on a job begins.</summary>
    Task BeginAsync(JobTicket ticket);

    /// <summary>Keeps the end of a job.</summary>
    /// <param name="ticket">The job.</param>
    /// <param name="state">Done, failed or cancelled.</param>
    /// <param name="error">One sentence, where it failed.</param>
    /// <returns>Whether it was this holder's to end.</returns>
    Task<bool> EndAsync(JobTicket ticket, JobState state, string? error);

    /// <summary>The process stops: another one will make the job.</summary>
    Task ReleaseAsync(JobTicket ticket);

    /// <summary>The end of a job could not be kept; it stands in the store as it was.</summary>
    void Abandon(JobTicket ticket);
}
