using System.Diagnostics;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Jobs;

/// <summary>Renews a lease while its job is made, and tells how far the job is; where the lease is lost, the work ends.</summary>
internal sealed class Heartbeat(ISharedJobs jobs, WorkerTerms terms, JobTicket ticket, ILogger log)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Beats until it is cancelled or the lease is lost.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var rest = terms.Lease / 3;
        var pause = rest < Tick ? rest : Tick;
        long last = Stopwatch.GetTimestamp();
        JobStep? told = null;
        while (true)
        {
            await Task.Delay(pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
                return;
            var step = ticket.Step;
            if (step == told && Stopwatch.GetElapsedTime(last) < rest)
                continue;
            try
            {
                if (!await jobs.RenewAsync(ticket.Lease!, terms.Lease, step, cancellation).ConfigureAwait(false))
                {
                    ticket.Cancel();
                    return;
                }
                (told, last) = (step, Stopwatch.GetTimestamp());
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whether the lease holds, the next beat or the end of the job tells
            catch (Exception e)
            {
                log.LeaseNotRenewed(e, ticket.Id);
            }
#pragma warning restore CA1031
        }
    }
}
