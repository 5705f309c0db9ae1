using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Melody.Studio.Jobs;

/// <summary>Tells the meters of a worker how many jobs wait, for whoever decides on the number of workers.</summary>
internal sealed class QueueGauge(ISharedJobs jobs, StudioTelemetry telemetry) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private volatile int _waiting;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.WatchQueue(() => _waiting);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _waiting = await jobs.CountWaitingAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException) { } // the last number stands
            await Task.Delay(Rest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
