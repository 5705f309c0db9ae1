using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Jobs;

/// <summary>
/// One of several workers: takes a job by a lease, makes it, and ends it if the lease still holds. When the process stops, the running job
/// returns to the queue; when it is killed, the lease runs out.
/// </summary>
internal sealed class LeaseWorker(
    ISharedJobs jobs,
    WorkerTerms terms,
    JobAttempt attempt,
    Pace pace,
    TimeProvider clock,
    ILogger<LeaseWorker> log
) : BackgroundService, IJobHolder
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Pulse _work = new();
    private volatile JobTicket? _running;

    /// <inheritdoc/>
    public void Report(JobTicket ticket, string stage, double fraction) =>
        ticket.Step = pace.Step(ticket.Record.Order, stage, fraction, clock.GetElapsedTime(ticket.Since));

    /// <inheritdoc/>
    public void Beat() { } // the heartbeat tells of it

    /// <inheritdoc/>
    public Task BeginAsync(JobTicket ticket) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<bool> EndAsync(JobTicket ticket, JobState state, string? error) =>
        // who cancelled it has ended it, or another worker has it
        state == JobState.Cancelled
            ? Task.FromResult(false)
            : jobs.EndAsync(ticket.Lease!, state, error, CancellationToken.None);

    /// <inheritdoc/>
    public Task ReleaseAsync(JobTicket ticket) => jobs.ReleaseAsync(ticket.Lease!, CancellationToken.None);

    /// <inheritdoc/>
    public void Abandon(JobTicket ticket) { } // the lease runs out

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = jobs.ListenForWorkAsync(Hear, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = _work.Next;
            if (await TakeAsync(stoppingToken).ConfigureAwait(false) is { } job)
                await RunAsync(job, stoppingToken).ConfigureAwait(false);
            else
                await news.WaitAsync(terms.Lease < Longest ? terms.Lease : Longest, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await listening.ConfigureAwait(false);
    }

    private void Hear(string? cancelled)
    {
        if (cancelled is null)
            _work.Beat();
        else if (_running is { } ticket && ticket.Id == cancelled)
            ticket.Cancel();
    }

    private async Task<LeasedJob?> TakeAsync(CancellationToken stopping)
    {
        try
        {
            if (await jobs.ReapAsync(terms.Attempts, stopping).ConfigureAwait(false) is > 0 and var lost)
                log.LeasesExpired(lost);
            // not cancelled half-way, or the job would wait for its lease to run out
            return await jobs.ClaimAsync(terms.Name, terms.Lease, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // the next time may be better
        catch (Exception e)
        {
            log.NoJobTaken(e);
            return null;
        }
#pragma warning restore CA1031
    }

    private async Task RunAsync(LeasedJob job, CancellationToken stopping)
    {
        using var ticket = new JobTicket(job.Record)
        {
            Lease = job.Lease,
            Attempt = job.Attempt,
            Since = clock.GetTimestamp(),
        };
        using var made = new CancellationTokenSource();
        _running = ticket;
        var heart = new Heartbeat(jobs, terms, ticket, log).RunAsync(made.Token);
        await attempt.RunAsync(ticket, this, stopping).ConfigureAwait(false);
        _running = null;
        await made.CancelAsync().ConfigureAwait(false);
        await heart.ConfigureAwait(false);
    }
}
