using System.Net.Sockets;
using Melody.Studio.Engine;
using Melody.Studio.Http;
using Melody.Studio.Jobs;
using Melody.Studio.Songs;
using Melody.Studio.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Melody.Studio;

/// <summary>
/// A process that only makes music: it takes jobs from a database. Disposing it stops it in good order; the job that runs returns to the
/// queue.
/// </summary>
internal sealed class StudioWorker : IAsyncDisposable
{
    // a worker that cannot keep its piece loses it, so it waits longer than a request does
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IHost _host;
    private readonly SharedStore _shared;

    private StudioWorker(IHost host, SharedStore shared) => (_host, _shared) = (host, shared);

    /// <summary>Starts a worker.</summary>
    /// <param name="options">How it is run.</param>
    /// <param name="engine">What makes the music; it stays the caller's.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="MelodyException">Database or folder cannot be used, or the port is taken.</exception>
    public static async Task<StudioWorker> StartAsync(WorkerOptions options, IMusicEngine engine, CancellationToken cancellation = default)
    {
        var shared = await SharedStore.OpenAsync(options.Database, options.Sounds, Patience, cancellation).ConfigureAwait(false);
        IHost? host = null;
        try
        {
            host = options.HealthPort is { } port ? BuildWithHealth(options, engine, shared, port) : Build(options, engine, shared);
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return new(host, shared);
        }
        catch (Exception e)
        {
            if (host is not null)
                await host.StopAsync(CancellationToken.None).ConfigureAwait(false); // a job that was taken returns to the queue
            host?.Dispose();
            await shared.DisposeAsync().ConfigureAwait(false);
            if (e is IOException or SocketException)
                throw new MelodyException(
                    $"Cannot listen on port {options.HealthPort} ({e.Message.TrimEnd('.')}); choose another with --health-port.",
                    e
                );
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
        await _shared.DisposeAsync().ConfigureAwait(false);
    }

    private static IHost Build(WorkerOptions options, IMusicEngine engine, SharedStore shared)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        Add(builder.Services, builder.Configuration, builder.Logging, options, engine, shared);
        return builder.Build();
    }

    private static WebApplication BuildWithHealth(WorkerOptions options, IMusicEngine engine, SharedStore shared, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port));
        builder.Services.AddRoutingCore();
        Add(builder.Services, builder.Configuration, builder.Logging, options, engine, shared);
        var app = builder.Build();
        app.UseRouting();
        ServerEndpoints.MapWorkerHealth(app);
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    private static void Add(
        IServiceCollection services,
        IConfigurationBuilder configuration,
        ILoggingBuilder logging,
        WorkerOptions options,
        IMusicEngine engine,
        SharedStore shared
    )
    {
        StudioLogging.Configure(logging, options.Verbose);
        TelemetrySetup.Add(services, configuration, options.Telemetry, serves: false);
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddSingleton(UploadLimits.Default);
        services.AddSingleton(new IncomingFolder(Path.GetTempPath()));
        services.AddSingleton(shared.Jobs);
        StudioCore.AddMaking(services, engine, shared.Store, shared.Sounds.Open);
        StudioCore.AddLeaseWorker(services, options.Terms);
        if (options.HealthPort is not null)
            services.AddHostedService<QueueGauge>();
    }
}
