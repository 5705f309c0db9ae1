using System.Net;
using Melody.Training.Ranks;

namespace Melody.Tests.Training.Ranks;

public sealed class RankWatchTests
{
    private static RankPlace Place(int rank, int size) => new("test", rank, size, rank, size, null);

    // rank 0 and the others, on lines within this process
    private static RankWatch[] Connect(int size, byte[] message, List<byte[]> received)
    {
        using var listener = RankWatch.Listen(IPAddress.Loopback, 0);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var others = Enumerable
            .Range(1, size - 1)
            .Select(rank =>
                Task.Run(() => RankWatch.Call([IPAddress.Loopback], port, Place(rank, size), message.Length, CancellationToken.None))
            )
            .ToList();
        var first = RankWatch.Accept(listener, Place(0, size), message, TestContext.Current.CancellationToken);
        var watches = others.ConvertAll(task => task.GetAwaiter().GetResult());
        received.AddRange(watches.Select(watch => watch.Message));
        return [first, .. watches.Select(watch => watch.Watch)];
    }

    private static bool Learns(RankWatch watch) => watch.Lost.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));

    [Fact]
    public void Whoever_ends_without_a_word_is_told_of_once()
    {
        var received = new List<byte[]>();
        var watches = Connect(3, [7, 8, 9], received);
        Assert.All(received, message => Assert.Equal([7, 8, 9], message));
        Assert.All(watches, watch => Assert.Null(watch.Reason));
        watches[2].Dispose(); // as the operating system does for a process that is killed
        Assert.True(Learns(watches[0]) && Learns(watches[1]));
        Assert.StartsWith("Rank 2 of 3 has ended", watches[0].Reason!.Message, StringComparison.Ordinal);
        Assert.Equal((false, true), (watches[0].Reason!.IsTold, watches[1].Reason!.IsTold));
    }

    [Fact]
    public void A_lost_rank_0_is_told_of_by_rank_1()
    {
        var watches = Connect(3, [], []);
        watches[0].Dispose();
        Assert.True(Learns(watches[1]) && Learns(watches[2]));
        Assert.Equal((false, true), (watches[1].Reason!.IsTold, watches[2].Reason!.IsTold));
    }

    [Fact]
    public void A_failure_that_was_told_is_not_told_again_and_the_end_is_none()
    {
        var failing = Connect(3, [], []);
        failing[1].End(failed: true);
        Assert.True(Learns(failing[0]) && Learns(failing[2]));
        Assert.True(failing[0].Reason!.IsTold && failing[2].Reason!.IsTold);

        var ending = Connect(2, [], []);
        ending[1].End(failed: false);
        ending[1].Dispose();
        Assert.False(ending[0].Lost.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100)));
    }

    /// <summary>Rank 0 writes the model while the others are done; who leaves the group before its end counts as lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_others_wait_until_rank_0_is_done_or_gone(bool done)
    {
        var watches = Connect(3, [], []);
        foreach (var other in watches.Skip(1))
            other.End(failed: false);
        var waits = Task.WhenAll(watches.Skip(1).Select(other => Task.Run(other.WaitForOthers)));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(waits.IsCompleted);
        if (done)
            watches[0].End(failed: false);
        else
            watches[0].Dispose();
        await waits.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        if (done)
            await Task.Run(watches[0].WaitForOthers, TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
