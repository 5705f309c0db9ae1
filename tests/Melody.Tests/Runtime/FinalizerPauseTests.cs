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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(StrongBox<int> finalized) => _ = new Mortal(finalized);

    private sealed class Mortal(StrongBox<int> finalized)
    {
        ~Mortal() => Interlocked.Increment(ref finalized.Value);
    }
}
