using Microsoft.Extensions.Logging;

namespace Melody.Studio.Telemetry;

/// <summary>What the studio writes into its log.</summary>
internal static partial class StudioLog
{
    /// <summary>A job waits for the next process.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} will be made after the next start.")]
    public static partial void JobLeft(this ILogger log, string job);

    /// <summary>A job ended with an error that nobody expected.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed.")]
    public static partial void JobFailed(this ILogger log, Exception exception, string job);

    /// <summary>The store refused the end of a job.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "The end of job {Job} could not be kept.")]
    public static partial void JobNotKept(this ILogger log, Exception exception, string job);

    /// <summary>A request ended with an error that nobody expected.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed.")]
    public static partial void RequestFailed(this ILogger log, Exception exception);

    /// <summary>A file stays that should be gone.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "The file {File} could not be removed.")]
    public static partial void FileNotRemoved(this ILogger log, Exception exception, string file);

    /// <summary>A job is no longer this worker's.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on job {Job} was lost: it was cancelled, or another worker has it.")]
    public static partial void LeaseLost(this ILogger log, string job);

    /// <summary>The database refused to renew a lease.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on job {Job} could not be renewed.")]
    public static partial void LeaseNotRenewed(this ILogger log, Exception exception, string job);

    /// <summary>Workers were lost.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} jobs return to the queue, because their workers gave no sign of life.")]
    public static partial void LeasesExpired(this ILogger log, int count);

    /// <summary>The database gave no job.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "No job could be taken.")]
    public static partial void NoJobTaken(this ILogger log, Exception exception);

    /// <summary>The database did not tell the jobs.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "The jobs could not be read.")]
    public static partial void JobsNotRead(this ILogger log, Exception exception);
}
