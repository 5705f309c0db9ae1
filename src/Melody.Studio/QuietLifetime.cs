using Microsoft.Extensions.Hosting;

namespace Melody.Studio;

/// <summary>The host neither listens for signals nor writes about itself: the tool does both.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
