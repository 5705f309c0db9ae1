using TorchSharp;

namespace Melody.Tests.Reference;

/// <summary>Counts tensors that nobody has disposed, on the calling thread.</summary>
internal static class LiveTensors
{
    /// <summary>Tensors of this thread that were made and not disposed; a tensor left to the garbage collector counts for ever.</summary>
    public static long Count => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <summary>
    /// Fails when <paramref name="run"/>, repeated, leaves tensors behind. It has to work on the calling thread; what its
    /// first two runs make and keep (caches) is not counted.
    /// </summary>
    public static void AssertFlat(Action run, int runs = 50)
    {
        for (int i = 0; i < 2; i++)
            run();
        long before = Count;
        for (int i = 0; i < runs; i++)
            run();
        long grown = Count - before;
        Assert.True(grown == 0, $"{runs} runs left {grown} tensors undisposed");
    }

    /// <summary>
    /// Fails when <paramref name="run"/>, on whatever threads it works, leaves tensors behind. Looked at after every run, so
    /// that a garbage collection cannot hide what was left; no other test may run at the same time.
    /// </summary>
    public static async Task AssertFlatOnAllThreadsAsync(Func<Task> run, int runs = 50)
    {
        for (int i = 0; i < 2; i++)
            await run();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = torch.Tensor.TotalCount;
        for (int i = 1; i <= runs; i++)
        {
            await run();
            long grown = torch.Tensor.TotalCount - before;
            Assert.True(grown <= 0, $"run {i} left {grown} tensors undisposed");
        }
    }
}
