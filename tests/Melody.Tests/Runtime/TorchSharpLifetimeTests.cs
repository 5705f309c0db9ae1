using System.Collections.Concurrent;
using System.Diagnostics;
using static TorchSharp.torch;

namespace Melody.Tests.Runtime;

/// <summary>Numbers that libtorch reads outlive garbage collections: see build/TorchSharpLifetimes.targets.</summary>
public sealed class TorchSharpLifetimeTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    [Fact]
    public void A_collection_on_another_thread_frees_no_number_that_libtorch_reads()
    {
        using var over = new CancellationTokenSource(Duration);
        var failures = new ConcurrentQueue<Exception>();
        // more threads than processors, so that some wait in the middle of a call
        var threads = Enumerable.Repeat<Action>(Add, 3 * Environment.ProcessorCount).Append(Collect).ToList().ConvertAll(Begin);
        threads.ForEach(thread => thread.Join());
        Assert.Empty(failures);

        void Add()
        {
            using var one = tensor(new[] { 1f }).requires_grad_();
            while (!over.IsCancellationRequested)
            {
                using var scope = NewDisposeScope();
                for (int i = 0; i < 100; i++)
                    Assert.Equal(1 + i, (one + i).item<float>());
            }
        }

        void Collect()
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.Yield();
            }
        }

        Thread Begin(Action work)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    work();
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                }
            });
            thread.Start();
            return thread;
        }
    }

    [Fact]
    public void Outputs_hold_the_copy_of_TorchSharp_whose_methods_keep_their_arguments()
    {
        var attribute = typeof(Tensor).Assembly.GetCustomAttributes(typeof(DebuggableAttribute), false).Single();
        Assert.True(((DebuggableAttribute)attribute).IsJITOptimizerDisabled);
    }
}
