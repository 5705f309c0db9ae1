using System.Runtime.CompilerServices;
using Melody.Runtime;

namespace Melody.Tests.Runtime;

/// <summary>No finalizer runs within a pause; all that were due run after it.</summary>
public sealed class FinalizerPauseTests
{
    [Fact]
    public void WhatDiesInAPauseIsFinalizedAfterIt()
    {
        var finalized = new StrongBox<int>();
        using (FinalizerPause.Begin())
        {
            for (int i = 0; i < 100; i++)
            {
                Forget(finalized);
                GC.Collect();
            }
            Thread.Sleep(50);
            Assert.Equal(0, finalized.Value);
            using (FinalizerPause.Begin())
                Forget(finalized);
            GC.Collect();
            Thread.Sleep(50);
            Assert.Equal(0, finalized.Value); // the inner pause's end is not the outer one's
        }
        GC.WaitForPendingFinalizers();
        Assert.Equal(101, finalized.Value);
    }

    [Fact]
    public void RenewingLetsFinalizersRunAndStopsThemAgain()
    {
        var finalized = new StrongBox<int>();
        using var pause = FinalizerPause.Begin();
        for (int round = 1; round <= 3; round++)
        {
            Forget(finalized);
            GC.Collect();
            Thread.Sleep(20);
            Assert.Equal(round - 1, finalized.Value);
            FinalizerPause.Renew();
            Assert.Equal(round, finalized.Value);
        }
    }

    [Fact]
    public void A_pause_ends_between_two_steps_when_it_has_lasted_for_long()
    {
        var finalized = new StrongBox<int>();
        using var pause = FinalizerPause.Begin();
        Forget(finalized);
        GC.Collect();
        Thread.Sleep(2 * FinalizerPause.LongestPause);
        Assert.Equal(0, finalized.Value);
        NetworkStep.Begin(CancellationToken.None);
        Assert.Equal(1, finalized.Value);
        Forget(finalized);
        GC.Collect();
        Thread.Sleep(20);
        Assert.Equal(1, finalized.Value); // it goes on
    }

    [Fact]
    public void A_pause_of_another_thread_is_not_ended()
    {
        var finalized = new StrongBox<int>();
        var (begun, end) = (new ManualResetEventSlim(), new ManualResetEventSlim());
        var other = new Thread(() =>
        {
            using var pause = FinalizerPause.Begin();
            begun.Set();
            end.Wait();
        });
        other.Start();
        begun.Wait(TestContext.Current.CancellationToken);
        using (FinalizerPause.Begin())
        {
            Forget(finalized);
            GC.Collect();
            Thread.Sleep(2 * FinalizerPause.LongestPause);
            FinalizerPause.RenewWhenDue();
            Assert.Equal(0, finalized.Value);
        }
        end.Set();
        other.Join();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(StrongBox<int> finalized) => _ = new Mortal(finalized);

    private sealed class Mortal(StrongBox<int> finalized)
    {
        ~Mortal() => Interlocked.Increment(ref finalized.Value);
    }
}
