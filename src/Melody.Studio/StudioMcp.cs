using Melody.Studio.Engine;
using Melody.Studio.Mcp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Melody.Studio;

/// <summary>The studio as a server of the Model Context Protocol on standard input and output.</summary>
internal static class StudioMcp
{
    /// <summary>Serves until the client closes standard input.</summary>
    /// <param name="options">The data folder and limits.</param>
    /// <param name="engine">What makes the music; it stays the caller's.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="MelodyException">The data folder cannot be used.</exception>
    public static async Task RunAsync(StudioOptions options, IMusicEngine engine, CancellationToken cancellation)
    {
        await using var core = await StudioCore.OpenAsync(options, cancellation).ConfigureAwait(false);
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        StudioLogging.Configure(builder.Logging, options.Verbose);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        StudioCore.AddServices(builder.Services, options, engine, core);
        McpSetup.Add(builder.Services, new(IsLocal: true, "mcp")).WithStdioServerTransport();
        using var host = builder.Build();
        await StudioCore.RecoverAsync(host.Services, cancellation).ConfigureAwait(false);
        await host.RunAsync(cancellation).ConfigureAwait(false);
    }
}
