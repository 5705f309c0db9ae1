using System.Collections.Concurrent;

namespace Melody.Corpus.Storage;

/// <summary>How far a build is: called after each shard.</summary>
/// <param name="ShardsDone">Shards of this process that are complete.</param>
/// <param name="Shards">All shards of this process.</param>
/// <param name="Seconds">Seconds of audio in the shards made by this run.</param>
/// <param name="Skipped">Pieces that could not be made, with the reasons.</param>
/// <param name="Softened">How many pieces of this run were made softer because they went beyond full scale.</param>
internal sealed record BuildProgress(int ShardsDone, int Shards, double Seconds, IReadOnlyList<string> Skipped, int Softened = 0)
{
    /// <summary>A sentence on what was made softer; null for nothing.</summary>
    public string? SoftenedRemark =>
        Softened switch
        {
            0 => null,
            1 => "1 file goes beyond full scale at the corpus's rate; the whole of it was turned down, so that nothing clips.",
            _ => FormattableString.Invariant(
                $"{Softened} files go beyond full scale at the corpus's rate; the whole of each was turned down, so that nothing clips."
            ),
        };
}

/// <summary>
/// Makes the shards of a corpus on several threads. A shard that is complete is left alone, so a run that was killed
/// goes on where it stopped; with <paramref name="part"/> of <paramref name="parts"/> the shards are dealt out to
/// several processes or machines, which may share one folder.
/// </summary>
internal sealed class CorpusBuilder(
    string folder,
    CorpusPlan plan,
    Func<IPieceSource> openSource,
    int part = 1,
    int parts = 1,
    int? jobs = null
)
{
    /// <summary>Makes shards 0 .. <paramref name="shards"/> - 1, as far as they belong to this part.</summary>
    /// <exception cref="MelodyException">
    /// The folder holds another corpus, the disk is full, or no piece can be made; without any shard, the folder is left free.
    /// </exception>
    public BuildProgress Build(int shards, IProgress<BuildProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (shards < 1)
            throw new MelodyException("A corpus has at least one shard; ask for more minutes.");
        if (parts < 1 || part < 1 || part > parts)
            throw new MelodyException($"Part {part} of {parts} does not exist; give i/n with 1 <= i <= n.");
        if (jobs is < 1 or > 1024)
            throw new MelodyException($"{jobs} jobs are not possible; give 1 to 1024.");
        plan.Validate();
        plan.Claim(folder);
        try
        {
            return Make(shards, progress, cancellation);
        }
        catch when (!cancellation.IsCancellationRequested)
        {
            Withdraw(shards);
            throw;
        }
    }

    private BuildProgress Make(int shards, IProgress<BuildProgress>? progress, CancellationToken cancellation)
    {
        var mine = Enumerable
            .Range(0, shards)
            .Where(index => index % parts == part - 1)
            .Select(index => new ShardFiles(folder, index, plan.AudioFormat))
            .ToList();
        var waiting = new ConcurrentQueue<ShardFiles>(mine.Where(files => !files.IsComplete));
        var state = new BuildProgress(mine.Count - waiting.Count, mine.Count, 0, []);
        progress?.Report(state);
        var gate = new Lock();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        void Work()
        {
            IPieceSource? source = null;
            try
            {
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out var files))
                {
                    using var mutex = files.TryLock();
                    if (mutex is null || files.IsComplete)
                        continue; // another process has it
                    source ??= openSource();
                    var header = ShardWriter.Write(files, plan, source, stop.Token);
                    lock (gate)
                    {
                        state = state with
                        {
                            ShardsDone = state.ShardsDone + (header.Pieces > 0 ? 1 : 0),
                            Seconds = state.Seconds + (double)header.Frames / header.SampleRate,
                            Skipped = [.. state.Skipped, .. header.Skipped],
                            Softened = state.Softened + (header.Softened ?? 0),
                        };
                        progress?.Report(state);
                    }
                }
            }
            catch
            {
                stop.Cancel(); // one disk is full for all
                throw;
            }
            finally
            {
                source?.Dispose();
            }
        }

        var workers = Enumerable
            .Range(0, Math.Min(jobs ?? Environment.ProcessorCount, Math.Max(1, waiting.Count)))
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        try
        {
            Task.WaitAll(workers, CancellationToken.None);
        }
        catch (AggregateException e)
        {
            var errors = e.Flatten().InnerExceptions;
            var first = errors.FirstOrDefault(error => error is not OperationCanceledException) ?? errors[0];
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
        cancellation.ThrowIfCancellationRequested();
        if (state.ShardsDone == 0 && state.Skipped.Count > 0)
            throw new MelodyException($"None of {state.Skipped.Count} pieces can be made; the first one: {state.Skipped[0]}");
        // counting reads all records: of many processes it falls to the one that finds the corpus complete, or to a merge
        if (parts == 1 || ShardFiles.FindComplete(folder).Count == shards)
            CorpusManifest.Write(folder);
        return state;
    }

    // where no shard was made the plan goes too: it would refuse the same folder to a run with repaired music or other options
    private void Withdraw(int shards)
    {
        try
        {
            if (ShardFiles.FindComplete(folder).Count > 0)
                return;
            foreach (var files in Enumerable.Range(0, shards).Select(index => new ShardFiles(folder, index, plan.AudioFormat)))
            {
                using var mutex = files.TryLock();
                if (mutex is null)
                    return; // another process goes on
                files.RemoveLeftovers();
            }
            File.Delete(Path.Combine(folder, CorpusPlan.FileName));
        }
        // the first failure is the one to report
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MelodyException) { }
    }
}
