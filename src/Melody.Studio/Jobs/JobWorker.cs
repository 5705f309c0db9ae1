using Melody.Studio.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Melody.Studio.Jobs;

/// <summary>
/// The one worker of a process that makes all jobs itself: makes job after job, piece after piece. When the server stops, the running job
/// is left to the next process.
/// </summary>
internal sealed class JobWorker(LocalBoard board, JobQueue queue, JobAttempt attempt, StudioTelemetry telemetry) : BackgroundService
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
                await attempt.RunAsync(ticket, board, stoppingToken).ConfigureAwait(false);
        }
    }
}
