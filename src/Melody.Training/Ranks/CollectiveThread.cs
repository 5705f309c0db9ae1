using System.Collections.Concurrent;

namespace Melody.Training.Ranks;

/// <summary>
/// The one thread that exchanges with other ranks, in the order of the calls: MPI wants its calls from the thread that began it, and
/// what is computed meanwhile need not wait. It ends with the process where an exchange never does.
/// </summary>
internal sealed class CollectiveThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public CollectiveThread()
    {
        _thread = new(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable())
                action();
        })
        {
            IsBackground = true,
            Name = "ranks",
        };
        _thread.Start();
    }

    /// <summary>Puts work at the end of the queue.</summary>
    public Task<T> Start<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                result.SetResult(work());
            }
#pragma warning disable CA1031 // whoever waits for the result gets the exception
            catch (Exception e)
            {
                result.SetException(e);
            }
#pragma warning restore CA1031
        });
        return result.Task;
    }

    /// <summary>Ends the thread after what is in the queue; waits for a moment only, as another rank may be gone.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        if (_thread.Join(TimeSpan.FromSeconds(10)))
            _work.Dispose();
    }
}
