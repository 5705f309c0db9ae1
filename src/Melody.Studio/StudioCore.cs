using Melody.Studio.Engine;
using Melody.Studio.Jobs;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Melody.Studio;

/// <summary>
/// The data folder, taken for this process, the store in it or in a database, and the services that work with them, with or without HTTP.
/// </summary>
internal sealed class StudioCore : IAsyncDisposable
{
    // a request is not held up for longer
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FileStream _lock;

    private StudioCore(StudioFolder folder, FileStream taken, IStudioStore store) => (Folder, _lock, Store) = (folder, taken, store);

    /// <summary>The folder.</summary>
    public StudioFolder Folder { get; }

    /// <summary>Jobs and songs.</summary>
    public IStudioStore Store { get; }

    /// <summary>What is shared with other processes; null where nothing is.</summary>
    public SharedStore? Shared { get; private init; }

    /// <summary>Opens the data folder, and the database where one is named.</summary>
    /// <exception cref="MelodyException">One of them cannot be used, or another studio works with the folder.</exception>
    public static async Task<StudioCore> OpenAsync(StudioOptions options, CancellationToken cancellation)
    {
        var taken = StudioFolder.Lock(options.Data);
        try
        {
            var folder = StudioFolder.Open(options.Data);
            if (options.Database is null)
            {
                SharedFolder.RequireUnshared(folder.Sounds);
                return new(folder, taken, await SqliteStore.OpenAsync(folder.Store, cancellation).ConfigureAwait(false));
            }
            var shared = await SharedStore.OpenAsync(options.Database, options.Sounds!, Patience, cancellation).ConfigureAwait(false);
            return new(folder, taken, shared.Store) { Shared = shared };
        }
        catch
        {
            await taken.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Adds library, board and worker.</summary>
    public static void AddServices(IServiceCollection services, StudioOptions options, IMusicEngine engine, StudioCore core)
    {
        services.AddSingleton(core.Folder);
        services.AddSingleton(options.Uploads);
        services.AddSingleton(new IncomingFolder(core.Folder.Incoming));
        services.AddSingleton(new JobLimits(options.MostSeconds));
        services.AddSingleton<FormatCache>();
        services.AddSingleton<OrderDesk>();
        if (core.Shared is { } shared)
        {
            AddMaking(services, engine, shared.Store, shared.Sounds.Open);
            services.AddSingleton(shared.Jobs);
            services.AddSingleton(new QueueCapacity(options.QueueCapacity));
            services.AddSingleton<SharedBoard>();
            services.AddSingleton<IJobBoard>(provider => provider.GetRequiredService<SharedBoard>());
            services.AddHostedService(provider => provider.GetRequiredService<SharedBoard>());
            if (options.MakesMusic)
                AddLeaseWorker(services, WorkerTerms.Default);
        }
        else
        {
            AddMaking(services, engine, core.Store, provider => new FolderSounds(
                core.Folder.Sounds,
                TimeSpan.Zero,
                TimeProvider.System,
                provider.GetRequiredService<ILogger<FolderSounds>>()
            ));
            services.AddSingleton(_ => new JobQueue(options.QueueCapacity));
            services.AddSingleton<LocalBoard>();
            services.AddSingleton<IJobBoard>(provider => provider.GetRequiredService<LocalBoard>());
            services.AddHostedService<JobWorker>();
        }
    }

    /// <summary>Adds what makes jobs, whoever hands them out.</summary>
    public static void AddMaking(
        IServiceCollection services,
        IMusicEngine engine,
        IStudioStore store,
        Func<IServiceProvider, ISoundStore> sounds
    )
    {
        services.AddSingleton(engine);
        services.AddSingleton(store);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(sounds);
        services.AddSingleton<SongLibrary>();
        services.AddSingleton<Pace>();
        services.AddSingleton<JobMaker>();
        services.AddSingleton<JobAttempt>();
        services.AddSingleton<StudioTelemetry>();
        services.AddMetrics();
    }

    /// <summary>Adds a worker that shares jobs with others.</summary>
    public static void AddLeaseWorker(IServiceCollection services, WorkerTerms terms)
    {
        services.AddSingleton(terms);
        services.AddHostedService<LeaseWorker>();
    }

    /// <summary>Removes what a kill left behind, and takes up the jobs that were not ended.</summary>
    public static async Task RecoverAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<SongLibrary>().SweepAsync(cancellation).ConfigureAwait(false);
        if (services.GetService<LocalBoard>() is { } board)
            await board.RestoreAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Shared is not null)
            await Shared.DisposeAsync().ConfigureAwait(false);
        else
            await Store.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }
}
