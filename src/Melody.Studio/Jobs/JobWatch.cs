using System.Runtime.CompilerServices;
using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>Jobs, watched.</summary>
internal static class JobWatch
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>A job each time that it changed, until it has ended; at least every quarter of a minute.</summary>
    public static async IAsyncEnumerable<JobView> WatchAsync(
        this IJobBoard board,
        string id,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        JobView? last = null;
        while (true)
        {
            var change = board.NextChange;
            if (await board.FindAsync(id, cancellation).ConfigureAwait(false) is not { } job)
                yield break;
            if (!job.ShowsSameAs(last))
                yield return last = job;
            if (job.State.IsFinal())
                yield break;
            try
            {
                await change.WaitAsync(Heartbeat, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                last = null;
            }
        }
    }
}
