namespace Melody.Studio.Jobs;

/// <summary>There is no place in the queue.</summary>
internal sealed class QueueFullException(int waiting, int retryAfter)
    : Exception($"{waiting} jobs wait already, and the queue has no place for more; try again in {retryAfter} seconds.")
{
    /// <summary>When a place may be free, seconds.</summary>
    public int RetryAfter => retryAfter;
}
