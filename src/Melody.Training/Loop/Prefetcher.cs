using System.Diagnostics;
using System.Threading.Channels;
using Melody.Training.Ranks;

namespace Melody.Training.Loop;

/// <summary>Makes the batches that the loop will ask for next on background threads, and hands them out in order.</summary>
internal sealed class Prefetcher<TBatch> : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Task<TBatch>> _channel;
    private readonly Task _producer;
    private readonly Stopwatch _waiting = new();

    /// <param name="source">Makes the batches.</param>
    /// <param name="first">The number of the first batch.</param>
    /// <param name="ahead">How many batches are made ahead.</param>
    /// <param name="share">Which rows of each; null for all.</param>
    public Prefetcher(IBatchSource<TBatch> source, long first, int ahead = 4, BatchShare? share = null)
    {
        // the channel holds the tasks in order; its capacity bounds how many run or wait finished
        _channel = Channel.CreateBounded<Task<TBatch>>(ahead);
        var rows = share ?? BatchShare.Whole;
        _producer = Task.Run(async () =>
        {
            try
            {
                for (long index = first; !_stop.IsCancellationRequested; index++)
                {
                    long number = index;
                    await _channel
                        .Writer.WriteAsync(Task.Run(() => source.Create(number, rows), _stop.Token), _stop.Token)
                        .ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) { }
        });
    }

    /// <summary>How long <see cref="Next"/> has waited altogether.</summary>
    public TimeSpan Waited => _waiting.Elapsed;

    /// <summary>The next batch in order.</summary>
    public TBatch Next()
    {
        _waiting.Start();
        try
        {
            return _channel.Reader.ReadAsync().AsTask().GetAwaiter().GetResult().GetAwaiter().GetResult();
        }
        finally
        {
            _waiting.Stop();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _producer.Wait();
        // batches that nobody will ask for may still be in the making, and their source is about to be closed
        while (_channel.Reader.TryRead(out var batch))
            ((IAsyncResult)batch).AsyncWaitHandle.WaitOne();
        _stop.Dispose();
    }
}
