using System.Collections.Concurrent;

namespace Melody.Runtime;

/// <summary>
/// The one thread on which networks work, and the queue before it. Callers wait with <c>await</c>, so that no thread of the
/// host's pool is blocked; and native memory stays that of one thread, where glibc would keep an arena for each thread that
/// ever ran a network.
/// </summary>
/// <remarks>First come, first served; whoever makes long music comes back after each window, so that others have their turn.</remarks>
internal static class NetworkThread
{
    private static readonly BlockingCollection<IJob> Queue = [];
    private static readonly Lazy<Thread> Worker = new(Start);
    private static readonly AsyncLocal<bool> AtWork = new();

    /// <summary>Whether the caller runs on it.</summary>
    public static bool IsCurrent => Worker.IsValueCreated && Worker.Value == Thread.CurrentThread;

    /// <summary>
    /// Whether work calls, for instance whoever is told of its progress, and not a task that goes on here after it had waited for the work.
    /// </summary>
    public static bool IsCalledByWork => IsCurrent && AtWork.Value;

    /// <summary>Waits for the turn and does the work there.</summary>
    /// <param name="work">Native work, without any wait for other work.</param>
    /// <param name="cancellation">Ends the wait at once; work that has begun is told nothing.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        _ = Worker.Value;
        var job = new Job<T>(work, cancellation);
        Queue.Add(job, CancellationToken.None);
        return job.Result;
    }

    private static Thread Start()
    {
        var thread = new Thread(Serve) { IsBackground = true, Name = "Melody networks" };
        thread.Start();
        return thread;
    }

    private static void Serve()
    {
        foreach (var job in Queue.GetConsumingEnumerable())
            job.Run();
    }

    private interface IJob
    {
        void Run();
    }

    private sealed class Job<T> : IJob
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<T> _work;
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private readonly CancellationTokenRegistration _registration;
        private int _taken;

        public Job(Func<T> work, CancellationToken cancellation)
        {
            _work = work;
            _registration = cancellation.UnsafeRegister(
                (_, token) =>
                {
                    if (Take())
                        _result.SetCanceled(token);
                },
                null
            );
        }

        public Task<T> Result => _result.Task;

        public void Run()
        {
            if (!Take())
                return;
            _registration.Dispose();
            if (_context is null)
                Work();
            else
                ExecutionContext.Run(_context, _ => Work(), null);
        }

        private bool Take() => Interlocked.Exchange(ref _taken, 1) == 0;

        private void Work()
        {
            AtWork.Value = true;
            try
            {
                _result.SetResult(_work());
            }
            catch (OperationCanceledException e)
            {
                _result.SetCanceled(e.CancellationToken);
            }
#pragma warning disable CA1031 // whatever it is, the caller gets it
            catch (Exception e)
            {
                _result.SetException(e);
            }
#pragma warning restore CA1031
            finally
            {
                AtWork.Value = false;
            }
        }
    }
}
