using Melody.Studio.Engine;
using Melody.Studio.Jobs;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Melody.Studio;

/// <summary>The data folder, taken for this process, and the services that work with it, with or without HTTP.</summary>
internal sealed class StudioCore : IAsyncDisposable
{
    private readonly FileStream _lock;

    private StudioCore(StudioFolder folder, FileStream taken, IStudioStore store) => (Folder, _lock, Store) = (folder, taken, store);

    /// <summary>The folder.</summary>
    public StudioFolder Folder { get; }

    /// <summary>The store in it.</summary>
    public IStudioStore Store { get; }

    /// <summary>Opens the data folder.</summary>
    /// <exception cref="MelodyException">It cannot be used, or another studio works with it.</exception>
    public static async Task<StudioCore> OpenAsync(string data, CancellationToken cancellation)
    {
        var taken = StudioFolder.Lock(data);
        try
        {
            var folder = StudioFolder.Open(data);
            return new(folder, taken, await SqliteStore.OpenAsync(folder.Store, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await taken.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Adds library, queue and worker.</summary>
    public static void AddServices(IServiceCollection services, StudioOptions options, IMusicEngine engine, StudioCore core)
    {
        services.AddSingleton(engine);
        services.AddSingleton(core.Folder);
        services.AddSingleton(core.Store);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options.Uploads);
        services.AddSingleton(new JobLimits(options.MostSeconds));
        services.AddSingleton(_ => new JobQueue(options.QueueCapacity));
        services.AddSingleton<Pace>();
        services.AddSingleton<SongLibrary>();
        services.AddSingleton<FormatCache>();
        services.AddSingleton<JobBoard>();
        services.AddSingleton<StudioTelemetry>();
        services.AddMetrics();
        services.AddHostedService<JobWorker>();
    }

    /// <summary>Removes what a kill left behind, and takes up the jobs that were not ended.</summary>
    public static async Task RecoverAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<SongLibrary>().SweepAsync(cancellation).ConfigureAwait(false);
        await services.GetRequiredService<JobBoard>().RestoreAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }
}
