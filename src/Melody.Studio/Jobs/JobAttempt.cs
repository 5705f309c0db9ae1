using System.Diagnostics;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Jobs;

/// <summary>Makes one job and has its holder keep how that ended. Whatever goes wrong with a job, the next ones are made.</summary>
internal sealed class JobAttempt(JobMaker maker, StudioTelemetry telemetry, ILogger<JobAttempt> log)
{
    private const string Unexpected = "Something went wrong that should not have; see the server's log.";

    /// <summary>Makes the job; does not throw.</summary>
    /// <param name="ticket">The job.</param>
    /// <param name="holder">Follows it and keeps its end.</param>
    /// <param name="stopping">The process stops: the job is released.</param>
    public async Task RunAsync(JobTicket ticket, IJobHolder holder, CancellationToken stopping)
    {
        using var activity = telemetry.Traces.StartActivity("job");
        activity?.SetTag("melody.task", ticket.Record.Order.Task).SetTag("melody.job", ticket.Id).SetTag("melody.attempt", ticket.Attempt);
        try
        {
            await RunAsync(ticket, holder, activity, stopping).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the store may refuse in any way
        catch (Exception e)
        {
            log.JobNotKept(e, ticket.Id);
            holder.Abandon(ticket);
        }
#pragma warning restore CA1031
    }

    private async Task RunAsync(JobTicket ticket, IJobHolder holder, Activity? activity, CancellationToken stopping)
    {
        if (await MakeAsync(ticket, holder, stopping).ConfigureAwait(false) is not var (state, error))
        {
            await holder.ReleaseAsync(ticket).ConfigureAwait(false);
            log.JobLeft(ticket.Id);
            return;
        }
        activity?.SetTag("melody.state", state);
        if (await holder.EndAsync(ticket, state, error).ConfigureAwait(false))
            telemetry.CountJob(state.ToString().ToLowerInvariant());
        else if (state != JobState.Cancelled)
            log.LeaseLost(ticket.Id);
    }

    // null where the process stops before the job has ended
    private async Task<(JobState State, string? Error)?> MakeAsync(JobTicket ticket, IJobHolder holder, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ticket.Cancellation, stopping);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await holder.BeginAsync(ticket).ConfigureAwait(false);
            await maker.MakeAsync(ticket, holder, either.Token).ConfigureAwait(false);
            return (JobState.Done, null);
        }
        catch (OperationCanceledException) when (ticket.Cancellation.IsCancellationRequested)
        {
            return (JobState.Cancelled, null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (LeaseLostException)
        {
            log.LeaseLost(ticket.Id);
            return (JobState.Cancelled, null);
        }
        catch (MelodyException e)
        {
            return (JobState.Failed, e.Message);
        }
        catch (Exception e) when (e is not StoreUnavailableException)
        {
            log.JobFailed(e, ticket.Id);
            return (JobState.Failed, Unexpected);
        }
    }
}
