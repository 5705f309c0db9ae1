using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Melody.Studio.Orders;
using Melody.Studio.Songs;
using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>All jobs: those that have not ended as tickets in memory, the others in the store.</summary>
internal sealed class JobBoard(IStudioStore store, SongLibrary library, JobQueue queue, Pace pace, JobLimits limits, TimeProvider clock)
    : IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, JobTicket> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _admission = new(1);
    private readonly Pulse _pulse = new();
    private JobTicket? _running;

    /// <summary>Completed at the next change of any job.</summary>
    public Task NextChange => _pulse.Next;

    /// <summary>How many jobs have not ended.</summary>
    public int OpenCount => _open.Count;

    /// <summary>Accepts an order: once this returns, it survives a kill of the process.</summary>
    /// <exception cref="MelodyException">It cannot be made.</exception>
    /// <exception cref="QueueFullException">There is no place.</exception>
    public async Task<JobView> SubmitAsync(MusicOrder order, string client, CancellationToken cancellation)
    {
        var source = order.Source is { } id ? await SourceAsync(id, cancellation).ConfigureAwait(false) : null;
        order = OrderCheck.Settle(order, source?.Seconds, limits.Seconds);
        await _admission.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // one comes in at a time, so a place that is free now stays free until the job is kept
            if (!queue.HasPlace(client))
                throw new QueueFullException(queue.Count, RetryAfter());
            var ticket = new JobTicket(new(TimedId.New(), client, order, JobState.Queued, clock.GetUtcNow()));
            await store.AddJobAsync(ticket.Record, CancellationToken.None).ConfigureAwait(false);
            _open[ticket.Id] = ticket;
            queue.Enqueue(ticket);
            Beat();
            return View(ticket);
        }
        finally
        {
            _admission.Release();
        }
    }

    /// <summary>Takes up the jobs that an earlier process did not end.</summary>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        foreach (var record in await store.UnfinishedJobsAsync(cancellation).ConfigureAwait(false))
        {
            var ticket = new JobTicket(record with { State = JobState.Queued, Started = null });
            _open[ticket.Id] = ticket;
            queue.Enqueue(ticket);
        }
    }

    /// <summary>A job; null where there is none of that id.</summary>
    public async Task<JobView?> FindAsync(string id, CancellationToken cancellation)
    {
        if (_open.TryGetValue(id, out var ticket))
            return View(ticket);
        if (!TimedId.IsValid(id) || await store.FindJobAsync(id, cancellation).ConfigureAwait(false) is not { } record)
            return null;
        return await ViewAsync(record, cancellation).ConfigureAwait(false);
    }

    /// <summary>The ticket of a job that has not ended.</summary>
    public JobTicket? Open(string id) => _open.GetValueOrDefault(id);

    /// <summary>The jobs that have not ended, the running one first, then in the order of the queue.</summary>
    public IReadOnlyList<JobView> OpenJobs()
    {
        var running = _running;
        var places = queue.InOrder();
        return [.. running is null ? [] : new[] { View(running, places) }, .. places.Select(ticket => View(ticket, places))];
    }

    /// <summary>The newest jobs, ended ones too.</summary>
    public async Task<IReadOnlyList<JobView>> RecentAsync(int limit, CancellationToken cancellation)
    {
        var views = new List<JobView>();
        foreach (var record in await store.RecentJobsAsync(limit, cancellation).ConfigureAwait(false))
            views.Add(
                _open.TryGetValue(record.Id, out var ticket) ? View(ticket) : await ViewAsync(record, cancellation).ConfigureAwait(false)
            );
        return views;
    }

    /// <summary>Ends a job: at once where it waits, within a step where it runs.</summary>
    /// <returns>The job as it is then; null where there is none of that id that has not ended.</returns>
    public async Task<JobView?> CancelAsync(string id, CancellationToken cancellation)
    {
        if (!_open.TryGetValue(id, out var ticket))
            return null;
        ticket.Cancel();
        if (queue.TryRemove(ticket))
            await EndAsync(ticket, JobState.Cancelled, null).ConfigureAwait(false);
        await ticket.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        return await FindAsync(id, cancellation).ConfigureAwait(false);
    }

    /// <summary>A job each time that it changed, until it has ended; at least every quarter of a minute.</summary>
    public async IAsyncEnumerable<JobView> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        JobView? last = null;
        while (true)
        {
            var change = _pulse.Next;
            if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } job)
                yield break;
            if (!job.ShowsSameAs(last))
                yield return last = job;
            if (job.State.IsFinal())
                yield break;
            try
            {
                await change.WaitAsync(Heartbeat, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                last = null;
            }
        }
    }

    /// <summary>Waits until a job has ended.</summary>
    public async Task<JobView?> WaitAsync(string id, CancellationToken cancellation)
    {
        if (_open.TryGetValue(id, out var ticket))
            await ticket.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        return await FindAsync(id, cancellation).ConfigureAwait(false);
    }

    /// <summary>The worker has taken a job.</summary>
    public async Task BeginAsync(JobTicket ticket)
    {
        ticket.Record = ticket.Record with { State = JobState.Running, Started = clock.GetUtcNow() };
        ticket.Step = new("starting", 0, pace.Of(ticket.Record.Order));
        _running = ticket;
        await store.UpdateJobAsync(ticket.Record, CancellationToken.None).ConfigureAwait(false);
        Beat();
    }

    /// <summary>A running job has come further.</summary>
    public void Report(JobTicket ticket, string stage, double fraction)
    {
        double elapsed = (clock.GetUtcNow() - ticket.Record.Started!.Value).TotalSeconds;
        double? left = fraction > 0.05 ? elapsed / fraction * (1 - fraction) : pace.Of(ticket.Record.Order);
        ticket.Step = new(stage, Math.Round(Math.Clamp(fraction, 0, 1), 4), left is { } seconds ? Math.Round(seconds, 1) : null);
        Beat();
    }

    /// <summary>A job has ended.</summary>
    public async Task EndAsync(JobTicket ticket, JobState state, string? error)
    {
        ticket.Record = ticket.Record with { State = state, Error = error, Finished = clock.GetUtcNow() };
        await store.UpdateJobAsync(ticket.Record, CancellationToken.None).ConfigureAwait(false);
        Leave(ticket);
    }

    /// <summary>A job is left as it is in the store, for the next process.</summary>
    public void Leave(JobTicket ticket)
    {
        if (_running == ticket)
            _running = null;
        _open.TryRemove(ticket.Id, out _);
        ticket.End();
        Beat();
    }

    /// <inheritdoc/>
    public void Dispose() => _admission.Dispose();

    /// <summary>Tells all who watch that something changed.</summary>
    public void Beat() => _pulse.Beat();

    private async Task<SongRecord> SourceAsync(string id, CancellationToken cancellation) =>
        await library.FindAsync(id, cancellation).ConfigureAwait(false) is { Trashed: null } song
            ? song
            : throw new MelodyException("The song to start from does not exist, or is in the trash.");

    private int RetryAfter() => (int)Math.Clamp(Math.Ceiling(_running?.Step?.SecondsLeft ?? (pace.SecondsPerSecond ?? 1) * 10), 1, 600);

    private JobView View(JobTicket ticket, IReadOnlyList<JobTicket>? places = null)
    {
        var view = View(ticket.Record, ticket.Songs) with
        {
            Stage = ticket.Step?.Stage,
            Fraction = ticket.Step?.Fraction ?? 0,
            SecondsLeft = ticket.Step?.SecondsLeft,
        };
        if (view.State != JobState.Queued)
            return view;
        places ??= queue.InOrder();
        int place = places.TakeWhile(other => other != ticket).Count() + 1;
        double? left = places
            .Take(place)
            .Select(other => pace.Of(other.Record.Order))
            .Append(_running?.Step?.SecondsLeft ?? 0)
            .Aggregate((a, b) => a + b);
        return view with { Place = place, Stage = "waiting", SecondsLeft = left is { } seconds ? Math.Round(seconds, 1) : null };
    }

    private async Task<JobView> ViewAsync(JobRecord record, CancellationToken cancellation)
    {
        var songs = await library.OfJobAsync(record.Id, cancellation).ConfigureAwait(false);
        return View(record, [.. songs.Select(song => song.Id)]);
    }

    private static JobView View(JobRecord record, IReadOnlyList<string> songs) =>
        new()
        {
            Id = record.Id,
            State = record.State,
            Task = record.Order.Task,
            Prompt = record.Order.Prompt,
            Source = record.Order.Source,
            Count = record.Order.Count,
            Seed = record.Order.Settings.Seed ?? 0,
            Fraction = record.State == JobState.Done ? 1 : 0,
            Songs = songs,
            Error = record.Error,
            Created = record.Created,
            Started = record.Started,
            Finished = record.Finished,
        };
}
