namespace Melody.Studio.Jobs;

/// <summary>The queue is full.</summary>
internal sealed class QueueFullException(int waiting, int retryAfter)
    : Exception($"{waiting} jobs are waiting, and the queue is full; try again in {retryAfter} seconds.")
{
    /// <summary>When a place may be free, seconds.</summary>
    public int RetryAfter => retryAfter;
}
