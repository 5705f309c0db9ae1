using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Melody.Corpus.Storage;
using Melody.Foundation;

namespace Melody.Training.Encoders;

/// <summary>
/// Shards of a corpus that nobody keeps: each is made in a folder of its own, ahead of its use, and removed after it. So much lies on the
/// disk as is being made, and one that waits.
/// </summary>
/// <param name="folder">Where the folders of the shards lie while they are there.</param>
/// <param name="plan">Of the corpus.</param>
/// <param name="shards">Shards of the whole corpus.</param>
/// <param name="openSource">Gives each thread that makes shards its own source.</param>
/// <param name="jobs">Shards made at once.</param>
internal sealed class PassingShards(string folder, CorpusPlan plan, int shards, Func<IPieceSource> openSource, int jobs = 1)
{
    /// <summary>Makes shards and lends each to <paramref name="use"/>, one after the other in no order that is promised.</summary>
    /// <param name="indices">Which.</param>
    /// <param name="use">Gets a shard's number and a corpus that holds it alone.</param>
    /// <param name="cancellation">Ends the making and the waiting.</param>
    /// <exception cref="MelodyException">A shard cannot be made; also what <paramref name="use"/> throws.</exception>
    public void ForEach(IReadOnlyList<int> indices, Action<int, CorpusReader> use, CancellationToken cancellation)
    {
        foreach (int index in indices)
            Remove(index); // of a run that was killed
        var waiting = new ConcurrentQueue<int>(indices);
        using var ready = new BlockingCollection<int>(boundedCapacity: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var workers = Enumerable
            .Range(0, Math.Min(jobs, Math.Max(1, indices.Count)))
            .Select(_ => Task.Factory.StartNew(Make, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        var finished = Task.WhenAll(workers)
            .ContinueWith(_ => ready.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            foreach (int index in ready.GetConsumingEnumerable(stop.Token))
            {
                using (var corpus = CorpusReader.Open(FolderOf(index)))
                    use(index, corpus);
                Remove(index);
            }
        }
        // a worker that failed cancels; its own failure is the one to tell
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { }
        finally
        {
            stop.Cancel();
            finished.Wait(CancellationToken.None);
            foreach (int index in indices)
                Remove(index);
        }
        cancellation.ThrowIfCancellationRequested();
        if (
            workers.Select(w => w.Exception?.InnerException).FirstOrDefault(e => e is not null and not OperationCanceledException) is
            { } error
        )
            ExceptionDispatchInfo.Throw(error);

        void Make()
        {
            try
            {
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out int index))
                {
                    new CorpusBuilder(FolderOf(index), plan, openSource, index + 1, shards, jobs: 1).Build(shards, null, stop.Token);
                    ready.Add(index, stop.Token);
                }
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
    }

    private string FolderOf(int index) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $".making-{index:D5}"));

    private void Remove(int index)
    {
        var path = FolderOf(index);
        AtomicFile.Translate(path, () =>
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            return path;
        });
    }
}
