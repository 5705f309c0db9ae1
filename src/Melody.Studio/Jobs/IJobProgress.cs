namespace Melody.Studio.Jobs;

/// <summary>Who is told how far a job is.</summary>
internal interface IJobProgress
{
    /// <summary>The job has come further.</summary>
    /// <param name="ticket">The job.</param>
    /// <param name="stage">What is being done, for people.</param>
    /// <param name="fraction">Share of the whole job, 0 to 1.</param>
    void Report(JobTicket ticket, string stage, double fraction);

    /// <summary>A piece of a job is in the library.</summary>
    void Beat();
}
