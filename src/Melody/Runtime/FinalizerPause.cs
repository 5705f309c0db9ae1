using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Melody.Runtime;

/// <summary>
/// A time in which the runtime frees nothing behind our back. TorchSharp 0.107 hands native scalars to libtorch without
/// keeping their owners alive, even in a plain a + b; a collection that another thread starts can free one while a call
/// still reads it (seen as "Expected false to be true" and as wrong scalar types on a loaded machine). While a pause lasts
/// the finalizer thread is kept waiting, so that no owner is finalized; memory that is disposed of is not affected.
/// </summary>
/// <remarks>
/// Pauses nest, and end with the last one. Whoever holds one for long calls <see cref="Renew"/> at times when it is in no
/// native call; the networks call <see cref="RenewWhenDue"/> between their steps, so that a host's finalizers wait for
/// <see cref="LongestPause"/> and a step at most. Never wait for finalizers within a pause. If the finalizer thread is busy for a
/// second, there is no pause.
/// </remarks>
internal static class FinalizerPause
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly Lock Turn = new();
    private static Gate? _gate;
    private static int _depth;
    private static long _begun;

    [ThreadStatic]
    private static int _ownDepth;

    /// <summary>How long finalizers wait before the next step of a network lets them run.</summary>
    internal static TimeSpan LongestPause { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Begins a pause, or joins the one that lasts; ended by disposing of what is returned.</summary>
    public static Scope Begin()
    {
        lock (Turn)
            if (_depth++ == 0)
                _gate = Stop();
        _ownDepth++;
        return new(true);
    }

    /// <summary>
    /// Lets finalizers run now if they have waited for <see cref="LongestPause"/>, this thread holds every pause, and it is in no
    /// native call.
    /// </summary>
    public static void RenewWhenDue()
    {
        if (_ownDepth == 0 || Stopwatch.GetElapsedTime(Volatile.Read(ref _begun)) < LongestPause)
            return;
        lock (Turn)
            if (_ownDepth == _depth && _gate is not null)
                Restart();
    }

    /// <summary>Lets the finalizers of what died meanwhile run now, if nobody else pauses them.</summary>
    public static void Renew()
    {
        lock (Turn)
            if (_depth == 1)
                Restart();
    }

    private static void Restart()
    {
        _gate?.Open.Set();
        _gate = Drain() ? Stop() : null;
    }

    // all that were due have run, so that whoever waits for finalizers goes on; on a thread of its own, as one of them may hang
    private static bool Drain()
    {
        using var drained = new SemaphoreSlim(0);
        var wait = new Thread(() =>
        {
            GC.WaitForPendingFinalizers();
            try
            {
                drained.Release();
            }
            catch (ObjectDisposedException) { } // nobody waits any more
        })
        {
            IsBackground = true,
        };
        wait.Start();
        return drained.Wait(Patience);
    }

    private static void End()
    {
        _ownDepth--;
        lock (Turn)
            if (--_depth == 0)
                _gate?.Open.Set();
    }

    private static Gate? Stop()
    {
        var gate = new Gate();
        _begun = Stopwatch.GetTimestamp();
        Abandon(gate);
        // the object of a moment ago is found dead, and its finalizer waits at the gate behind those of its time
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        if (gate.Reached.Wait(Patience))
            return gate;
        gate.Open.Set();
        return null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(Gate gate) => _ = new Waiter(gate);

    /// <summary>Ends the pause that it stands for.</summary>
    internal readonly ref struct Scope(bool open)
    {
        /// <summary>Ends the pause.</summary>
        public void Dispose()
        {
            if (open)
                End();
        }
    }

    private sealed class Gate
    {
        public ManualResetEventSlim Reached { get; } = new();

        public ManualResetEventSlim Open { get; } = new();
    }

    private sealed class Waiter(Gate gate)
    {
        ~Waiter()
        {
            gate.Reached.Set();
            gate.Open.Wait();
        }
    }
}
