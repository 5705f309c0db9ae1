using Melody.Training.Loop;

namespace Melody.Tests.Training;

public sealed class QuietHeapTests
{
    [Fact]
    public async Task What_other_threads_allocate_starts_no_collection()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var heap = new QuietHeap();
        for (int step = 0; step < 8; step++)
        {
            heap.Renew();
            int before = GC.CollectionCount(0);
            // a loader's arrays, small and large, over a step: gen0 alone would be collected many times
            var loaders = Enumerable.Range(0, 4).Select(_ => Task.Run(() => { for (int i = 0; i < 200; i++) { GC.KeepAlive(new byte[80_000]); GC.KeepAlive(new float[20_000 + i]); } }, cancellation)).ToArray();
            await Task.WhenAll(loaders);
            Assert.Equal(before, GC.CollectionCount(0));
        }
    }

    [Fact]
    public void The_collector_works_as_before_afterwards()
    {
        using (var heap = new QuietHeap()) heap.Renew();
        int before = GC.CollectionCount(0);
        GC.Collect();
        Assert.True(GC.CollectionCount(0) > before);
        Assert.NotEqual(System.Runtime.GCLatencyMode.NoGCRegion, System.Runtime.GCSettings.LatencyMode);
    }
}
