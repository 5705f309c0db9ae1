using Melody.Studio.Engine;
using Melody.Studio.Jobs;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Melody.Studio.Http;

/// <summary>The endpoints that tell of the server: its model, what it reads from a prompt, its health.</summary>
internal static class ServerEndpoints
{
    /// <summary>Adds those under /v1.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Server");
        group
            .MapGet("/models", (IMusicEngine engine) => new ModelPage([engine.Info]))
            .WithName("ListModels")
            .WithSummary("The models that make the music.");
        group
            .MapGet("/prompts/reading", (string prompt, IMusicEngine engine) => engine.Understand(prompt))
            .WithName("ReadPrompt")
            .WithSummary("What is read from a prompt's words, and what is not understood.");
    }

    /// <summary>Adds the health checks, which need no key.</summary>
    public static void MapHealth(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live")).ExcludeFromDescription();
        routes.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    /// <summary>Adds the health checks of a worker.</summary>
    public static void MapWorkerHealth(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live"));
        routes.MapGet("/health/ready", async (IStudioStore store, CancellationToken cancellation) =>
        {
            await store.RecentJobsAsync(1, cancellation).ConfigureAwait(false);
            return Results.Text("ready");
        });
    }

    private static async Task<IResult> ReadyAsync(IStudioStore store, IJobBoard board, CancellationToken cancellation)
    {
        await store.RecentJobsAsync(1, cancellation).ConfigureAwait(false);
        return board.HasPlace
            ? Results.Text("ready")
            : Results.Problem("The queue is full.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The models of a server.</summary>
/// <param name="Models">One for now.</param>
internal sealed record ModelPage(IReadOnlyList<EngineInfo> Models);
