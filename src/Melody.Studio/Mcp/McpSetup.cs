using Microsoft.Extensions.DependencyInjection;

namespace Melody.Studio.Mcp;

/// <summary>The protocol's server: what it calls itself, and its tools.</summary>
internal static class McpSetup
{
    /// <summary>Adds the server; the transport is the caller's to add.</summary>
    public static IMcpServerBuilder Add(IServiceCollection services, McpPlace place)
    {
        services.AddSingleton(place);
        return services
            .AddMcpServer(server =>
            {
                server.ServerInfo = new() { Name = "melody", Version = MelodyVersion.Full };
                server.ServerInstructions =
                    "Makes music from words. generate_music makes a song; "
                    + "continue_music, remake_passage and make_loop make new songs of one, by its id.";
            })
            .WithTools<MusicTools>();
    }
}
