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
    JobMaker maker,
    Pace pace,
    StudioTelemetry telemetry,
    TimeProvider clock,
    ILogger<LeaseWorker> log
) : BackgroundService, IJobProgress
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
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = jobs.ListenForWorkAsync(Hear, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = _work.Next;
            if (await TakeAsync(stoppingToken).ConfigureAwait(false) is { } job)
                await RunAsync(job, stoppingToken).ConfigureAwait(false);
            else
                await news.WaitAsync(terms.Lease < Longest ? terms.Lease : Longest, stoppingToken)
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
        using var activity = telemetry.Traces.StartActivity("job");
        activity?.SetTag("melody.task", job.Record.Order.Task).SetTag("melody.job", job.Record.Id).SetTag("melody.attempt", job.Attempt);
        using var ticket = new JobTicket(job.Record) { Lease = job.Lease, Since = clock.GetTimestamp() };
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ticket.Cancellation, stopping);
        using var made = new CancellationTokenSource();
        _running = ticket;
        var heart = new Heartbeat(jobs, terms, ticket, log).RunAsync(made.Token);
        try
        {
            var (state, error) = await MakeAsync(ticket, either.Token).ConfigureAwait(false);
            activity?.SetTag("melody.state", state);
            if (state is { } end)
                await EndAsync(job.Lease, end, error).ConfigureAwait(false);
            else if (stopping.IsCancellationRequested && !ticket.Cancellation.IsCancellationRequested)
            {
                await jobs.ReleaseAsync(job.Lease, CancellationToken.None).ConfigureAwait(false);
                log.JobLeft(ticket.Id);
            }
        }
#pragma warning disable CA1031 // whatever it is, the lease runs out and the other jobs go on
        catch (Exception e)
        {
            log.JobNotKept(e, ticket.Id);
        }
#pragma warning restore CA1031
        finally
        {
            _running = null;
            await made.CancelAsync().ConfigureAwait(false);
            await heart.ConfigureAwait(false);
        }
    }

    // no state where the job is not this worker's to end
    private async Task<(JobState? State, string? Error)> MakeAsync(JobTicket ticket, CancellationToken cancellation)
    {
        try
        {
            await maker.MakeAsync(ticket, this, cancellation).ConfigureAwait(false);
            return (JobState.Done, null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (LeaseLostException)
        {
            log.LeaseLost(ticket.Id);
            return (null, null);
        }
        catch (MelodyException e)
        {
            return (JobState.Failed, e.Message);
        }
        catch (Exception e) when (e is not StoreUnavailableException)
        {
            log.JobFailed(e, ticket.Id);
            return (JobState.Failed, JobMaker.Unexpected);
        }
    }

    private async Task EndAsync(Lease lease, JobState state, string? error)
    {
        if (await jobs.EndAsync(lease, state, error, CancellationToken.None).ConfigureAwait(false))
            telemetry.CountJob(state.ToString().ToLowerInvariant());
        else
            log.LeaseLost(lease.Job);
    }
}
