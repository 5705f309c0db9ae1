using System.Net.Sockets;
using Melody.Studio.Engine;
using Melody.Studio.Http;
using Melody.Studio.Jobs;
using Melody.Studio.Mcp;
using Melody.Studio.Page;
using Melody.Studio.Security;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Melody.Studio;

/// <summary>
/// A running studio: store, worker and HTTP server. Disposing it stops them in good order; the job that runs is left to the next start.
/// </summary>
internal sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StudioCore _core;

    private StudioServer(WebApplication app, StudioCore core) => (_app, _core) = (app, core);

    /// <summary>Where it can be called on this machine, such as http://127.0.0.1:5005.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where other machines can call it; none where it listens on one address.</summary>
    public IReadOnlyList<Uri> OtherAddresses { get; private set; } = [];

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a studio.</summary>
    /// <param name="options">How it is run.</param>
    /// <param name="engine">What makes the music; it stays the caller's.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="MelodyException">The options are not safe, the data folder cannot be used, or the port is taken.</exception>
    public static async Task<StudioServer> StartAsync(StudioOptions options, IMusicEngine engine, CancellationToken cancellation = default)
    {
        options.Check();
        var keys = new ApiKeys(options.Keys);
        var core = await StudioCore.OpenAsync(options, cancellation).ConfigureAwait(false);
        WebApplication? app = null;
        try
        {
            app = Build(options, engine, keys, core);
            await StudioCore.RecoverAsync(app.Services, cancellation).ConfigureAwait(false);
            await app.StartAsync(cancellation).ConfigureAwait(false);
            var address = new Uri(app.Urls.First());
            return new(app, core)
            {
                Address = ServerAddresses.OnThisMachine(address),
                OtherAddresses = ServerAddresses.FromOthers(address),
            };
        }
        catch (Exception e)
        {
            if (app is not null)
            {
                await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
                await app.DisposeAsync().ConfigureAwait(false);
            }
            await core.DisposeAsync().ConfigureAwait(false);
            if (e is IOException or SocketException)
                throw new MelodyException(
                    $"Cannot listen on {options.Address} port {options.Port} ({e.Message.TrimEnd('.')}); choose another with --port.",
                    e
                );
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _core.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(StudioOptions options, IMusicEngine engine, ApiKeys keys, StudioCore core)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                ApplicationName = typeof(StudioServer).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = Environments.Production,
            }
        );
        builder.Configuration.Sources.Clear(); // the command line alone says how it is run
        StudioLogging.Configure(builder.Logging, options.Verbose);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            kestrel.Limits.MaxConcurrentConnections = 2000;
            kestrel.Listen(options.Address, options.Port);
        });
        var services = builder.Services;
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        services.AddSingleton(new GateRules(keys, options.Address, options.Hosts, options.Origins));
        StudioCore.AddServices(services, options, engine, core);
        StudioApi.AddServices(services);
        McpSetup.Add(services, new(IsLocal: false, "mcp")).WithHttpTransport();
        if (options.Page)
            PageSetup.AddServices(services);
        TelemetrySetup.Add(services, builder.Configuration, options.Telemetry, serves: true);
        if (options.Origins.Count > 0)
            services.AddCors(cors =>
                cors.AddDefaultPolicy(policy => policy.WithOrigins([.. options.Origins]).AllowAnyHeader().AllowAnyMethod())
            );

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseMiddleware<RequestGate>();
        app.UseRouting();
        if (options.Origins.Count > 0)
            app.UseCors();
        StudioApi.Map(app);
        if (options.Page)
            PageSetup.Map(app);
        app.MapMcp("/mcp");
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }
}
