using System.Collections.Concurrent;
using Melody.Studio.Orders;
using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>
/// The jobs of a process that makes all of them itself: those that have not ended as tickets in memory, the others in the store.
/// </summary>
internal sealed class LocalBoard(IStudioStore store, JobQueue queue, Pace pace, OrderDesk desk, TimeProvider clock)
    : IJobBoard,
        IJobHolder,
        IDisposable
{
    private readonly ConcurrentDictionary<string, JobTicket> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _admission = new(1);
    private readonly Pulse _pulse = new();
    private JobTicket? _running;

    /// <inheritdoc/>
    public Task NextChange => _pulse.Next;

    /// <inheritdoc/>
    public bool HasPlace => queue.Count < queue.Capacity;

    /// <inheritdoc/>
    public bool CanBeHeard => true;

    /// <inheritdoc/>
    public async Task<JobView> SubmitAsync(MusicOrder order, string client, CancellationToken cancellation)
    {
        order = await desk.SettleAsync(order, cancellation).ConfigureAwait(false);
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

    /// <inheritdoc/>
    public async Task<JobView?> FindAsync(string id, CancellationToken cancellation)
    {
        if (_open.TryGetValue(id, out var ticket))
            return View(ticket);
        if (!TimedId.IsValid(id) || await store.FindJobAsync(id, cancellation).ConfigureAwait(false) is not { } record)
            return null;
        return await desk.ViewAsync(record, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool IsOpen(string id) => _open.ContainsKey(id);

    /// <inheritdoc/>
    public LiveSound? SoundOf(string id) => _open.GetValueOrDefault(id)?.Sound;

    /// <inheritdoc/>
    public IReadOnlyList<JobView> OpenJobs()
    {
        var running = _running;
        var places = queue.InOrder();
        return [.. running is null ? [] : new[] { View(running, places) }, .. places.Select(ticket => View(ticket, places))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobView>> RecentAsync(int limit, CancellationToken cancellation)
    {
        var views = new List<JobView>();
        foreach (var record in await store.RecentJobsAsync(limit, cancellation).ConfigureAwait(false))
            views.Add(
                _open.TryGetValue(record.Id, out var ticket)
                    ? View(ticket)
                    : await desk.ViewAsync(record, cancellation).ConfigureAwait(false)
            );
        return views;
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task<JobView?> WaitAsync(string id, CancellationToken cancellation)
    {
        if (_open.TryGetValue(id, out var ticket))
            await ticket.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        return await FindAsync(id, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task BeginAsync(JobTicket ticket)
    {
        ticket.Record = ticket.Record with { State = JobState.Running, Started = clock.GetUtcNow() };
        ticket.Step = new("starting", 0, pace.Of(ticket.Record.Order));
        _running = ticket;
        await store.UpdateJobAsync(ticket.Record, CancellationToken.None).ConfigureAwait(false);
        Beat();
    }

    /// <inheritdoc/>
    public void Report(JobTicket ticket, string stage, double fraction)
    {
        ticket.Step = pace.Step(ticket.Record.Order, stage, fraction, clock.GetUtcNow() - ticket.Record.Started!.Value);
        Beat();
    }

    /// <inheritdoc/>
    public async Task<bool> EndAsync(JobTicket ticket, JobState state, string? error)
    {
        ticket.Record = ticket.Record with { State = state, Error = error, Finished = clock.GetUtcNow() };
        await store.UpdateJobAsync(ticket.Record, CancellationToken.None).ConfigureAwait(false);
        Abandon(ticket);
        return true;
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(JobTicket ticket)
    {
        Abandon(ticket);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Abandon(JobTicket ticket)
    {
        if (_running == ticket)
            _running = null;
        _open.TryRemove(ticket.Id, out _);
        ticket.End();
        Beat();
    }

    /// <inheritdoc/>
    public void Dispose() => _admission.Dispose();

    /// <inheritdoc/>
    public void Beat() => _pulse.Beat();

    private int RetryAfter() => (int)Math.Clamp(Math.Ceiling(_running?.Step?.SecondsLeft ?? (pace.SecondsPerSecond ?? 1) * 10), 1, 600);

    private JobView View(JobTicket ticket, IReadOnlyList<JobTicket>? places = null)
    {
        var view = JobView.Of(ticket.Record, ticket.Songs) with
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
}
