using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Jobs;

/// <summary>
/// The one worker of a process that makes all jobs itself: makes job after job, piece after piece. When the server stops, the running job
/// is left to the next process.
/// </summary>
internal sealed class JobWorker(LocalBoard board, JobQueue queue, JobMaker maker, StudioTelemetry telemetry, ILogger<JobWorker> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.WatchQueue(() => queue.Count);
        while (!stoppingToken.IsCancellationRequested)
        {
            JobTicket ticket;
            try
            {
                ticket = await queue.DequeueAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            using (ticket)
                await RunAsync(ticket, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(JobTicket ticket, CancellationToken stopping)
    {
        using var activity = telemetry.Traces.StartActivity("job");
        activity?.SetTag("melody.task", ticket.Record.Order.Task).SetTag("melody.job", ticket.Id);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ticket.Cancellation, stopping);
        var (state, error) = (JobState.Done, (string?)null);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await board.BeginAsync(ticket).ConfigureAwait(false);
            await maker.MakeAsync(ticket, board, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ticket.Cancellation.IsCancellationRequested)
        {
            state = JobState.Cancelled;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.JobLeft(ticket.Id);
            board.Leave(ticket);
            return;
        }
        catch (MelodyException e)
        {
            (state, error) = (JobState.Failed, e.Message);
        }
#pragma warning disable CA1031 // whatever it is, the other jobs go on
        catch (Exception e)
        {
            log.JobFailed(e, ticket.Id);
            (state, error) = (JobState.Failed, JobMaker.Unexpected);
        }
        activity?.SetTag("melody.state", state);
        telemetry.CountJob(state.ToString().ToLowerInvariant());
        try
        {
            await board.EndAsync(ticket, state, error).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.JobNotKept(e, ticket.Id);
            board.Leave(ticket);
        }
#pragma warning restore CA1031
    }
}
