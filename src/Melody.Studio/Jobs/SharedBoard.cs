using Melody.Studio.Orders;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Jobs;

/// <summary>
/// The jobs of several processes: a picture of those that have not ended, taken again when the database tells of a change, and the store
/// for the others.
/// </summary>
internal sealed class SharedBoard : BackgroundService, IJobBoard
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), // many changes are one picture
        Longest = TimeSpan.FromSeconds(5); // and without any, one is taken all the same
    private const int RetryAfter = 10;

    private readonly ISharedJobs _jobs;
    private readonly IStudioStore _store;
    private readonly OrderDesk _desk;
    private readonly QueueCapacity _capacity;
    private readonly TimeProvider _clock;
    private readonly ILogger<SharedBoard> _log;
    private readonly Pulse _pulse = new(),
        _heard = new();
    private readonly Coalescer _refresh;
    private Picture _picture = new([]);

    /// <summary>A board over the jobs of a database.</summary>
    public SharedBoard(
        ISharedJobs jobs,
        IStudioStore store,
        OrderDesk desk,
        QueueCapacity capacity,
        StudioTelemetry telemetry,
        TimeProvider clock,
        ILogger<SharedBoard> log
    )
    {
        (_jobs, _store, _desk, _capacity, _clock, _log) = (jobs, store, desk, capacity, clock, log);
        _refresh = new(RefreshAsync);
        telemetry.WatchQueue(() => _picture.Waiting);
    }

    /// <inheritdoc/>
    public Task NextChange => _pulse.Next;

    /// <inheritdoc/>
    public bool HasPlace => _picture.Waiting < _capacity.All;

    /// <inheritdoc/>
    public bool CanBeHeard => false;

    /// <inheritdoc/>
    public async Task<JobView> SubmitAsync(MusicOrder order, string client, CancellationToken cancellation)
    {
        order = await _desk.SettleAsync(order, cancellation).ConfigureAwait(false);
        var job = new JobRecord(TimedId.New(), client, order, JobState.Queued, _clock.GetUtcNow());
        if (await _jobs.AdmitAsync(job, _capacity.All, _capacity.Client, CancellationToken.None).ConfigureAwait(false) is { } waiting)
            throw new QueueFullException(waiting, RetryAfter);
        await _refresh.RunAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it is kept, whatever the next answer is
        return Find(job.Id) ?? JobView.Of(job, []);
    }

    /// <inheritdoc/>
    public async Task<JobView?> FindAsync(string id, CancellationToken cancellation)
    {
        if (Find(id) is { } open)
            return open;
        return TimedId.IsValid(id) && await _store.FindJobAsync(id, cancellation).ConfigureAwait(false) is { } record
            ? await _desk.ViewAsync(record, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <inheritdoc/>
    public bool IsOpen(string id) => Find(id) is not null;

    /// <inheritdoc/>
    public LiveSound? SoundOf(string id) => null;

    /// <inheritdoc/>
    public IReadOnlyList<JobView> OpenJobs() => _picture.Jobs;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobView>> RecentAsync(int limit, CancellationToken cancellation)
    {
        var views = new List<JobView>();
        foreach (var record in await _store.RecentJobsAsync(limit, cancellation).ConfigureAwait(false))
            views.Add(Find(record.Id) ?? await _desk.ViewAsync(record, cancellation).ConfigureAwait(false));
        return views;
    }

    /// <inheritdoc/>
    public async Task<JobView?> CancelAsync(string id, CancellationToken cancellation)
    {
        if (!TimedId.IsValid(id) || !await _jobs.CancelAsync(id, CancellationToken.None).ConfigureAwait(false))
            return null;
        await _refresh.RunAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await FindAsync(id, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<JobView?> WaitAsync(string id, CancellationToken cancellation)
    {
        JobView? last = null;
        await foreach (var job in this.WatchAsync(id, cancellation).ConfigureAwait(false))
            last = job;
        return last;
    }

    /// <inheritdoc/>
    public void Beat() => _pulse.Beat();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = _jobs.ListenForChangesAsync(_heard.Beat, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var change = _heard.Next;
            try
            {
                await _refresh.RunAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // the next picture may be better
            catch (Exception e)
            {
                _log.JobsNotRead(e);
            }
#pragma warning restore CA1031
            await Task.Delay(Pause, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await change.WaitAsync(Longest, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await listening.ConfigureAwait(false);
    }

    private JobView? Find(string id) => _picture.ById.GetValueOrDefault(id);

    private async Task RefreshAsync()
    {
        _picture = new(await _jobs.OpenJobsAsync(CancellationToken.None).ConfigureAwait(false));
        Beat();
    }

    private sealed class Picture
    {
        public Picture(IReadOnlyList<OpenJob> jobs)
        {
            var views = new List<JobView>(jobs.Count);
            foreach (var (record, step, songs) in jobs)
            {
                var view = JobView.Of(record, songs);
                views.Add(
                    record.State == JobState.Queued
                        ? view with
                        {
                            Place = ++Waiting,
                            Stage = "waiting",
                        }
                        : view with
                        {
                            Stage = step?.Stage,
                            Fraction = step?.Fraction ?? 0,
                            SecondsLeft = step?.SecondsLeft,
                        }
                );
            }
            Jobs = views;
            ById = views.ToDictionary(view => view.Id, StringComparer.Ordinal);
        }

        public IReadOnlyList<JobView> Jobs { get; }

        public Dictionary<string, JobView> ById { get; }

        public int Waiting { get; }
    }
}
