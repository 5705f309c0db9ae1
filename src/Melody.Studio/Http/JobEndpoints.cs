using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Melody.Studio.Jobs;
using Melody.Studio.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Melody.Studio.Http;

/// <summary>The endpoints of jobs: look, follow, listen, cancel.</summary>
internal static class JobEndpoints
{
    private const int MostJobs = 200;

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/jobs").WithTags("Jobs");
        group
            .MapGet("", (int? limit, IJobBoard board, CancellationToken cancellation) => ListAsync(limit, board, cancellation))
            .WithName("ListJobs")
            .WithSummary("The newest jobs, ended ones too.")
            .Produces<JobPage>();
        group
            .MapGet("/{id}", async (string id, IJobBoard board, CancellationToken cancellation) =>
                await board.FindAsync(id, cancellation).ConfigureAwait(false) is { } job ? Results.Ok(job) : Problems.NotFound("job")
            )
            .WithName("GetJob")
            .WithSummary("A job: its state, place, stage, share, seconds left and songs.")
            .Produces<JobView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/{id}", CancelAsync)
            .WithName("CancelJob")
            .WithSummary("Ends a job: at once where it waits, within a step of the networks where it runs.")
            .Produces<JobView>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapGet("/{id}/events", EventsAsync)
            .WithName("JobEvents")
            .WithSummary("Server-sent events until the job has ended: 'progress' each time that it changed, then 'end'.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{id}/audio", ListenAsync)
            .WithName("JobAudio")
            .WithSummary(
                "The piece that is being made, from its beginning, as WAV that arrives as it is made; whole songs are in the library."
            )
            .Produces(StatusCodes.Status200OK, contentType: "audio/wav")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(int? limit, IJobBoard board, CancellationToken cancellation)
    {
        if (limit is < 1 or > MostJobs)
            throw new MelodyException($"The limit is {limit}; give 1 to {MostJobs}.");
        return Results.Ok(new JobPage(await board.RecentAsync(limit ?? 50, cancellation).ConfigureAwait(false)));
    }

    private static async Task<IResult> CancelAsync(string id, IJobBoard board, CancellationToken cancellation)
    {
        if (await board.CancelAsync(id, cancellation).ConfigureAwait(false) is { } cancelled)
            return Results.Ok(cancelled);
        return await board.FindAsync(id, cancellation).ConfigureAwait(false) is { } job
            ? Problems.Conflict($"The job has ended already: it is {job.State.ToString().ToLowerInvariant()}.")
            : Problems.NotFound("job");
    }

    private static async Task<IResult> EventsAsync(string id, IJobBoard board, CancellationToken cancellation) =>
        await board.FindAsync(id, cancellation).ConfigureAwait(false) is null
            ? Problems.NotFound("job")
            : TypedResults.ServerSentEvents(Events(id, board, cancellation));

    private static async IAsyncEnumerable<SseItem<JobView>> Events(
        string id,
        IJobBoard board,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var job in board.WatchAsync(id, cancellation).ConfigureAwait(false))
            yield return new(job, job.State.IsFinal() ? "end" : "progress");
    }

    private static async Task ListenAsync(string id, IJobBoard board, HttpContext context)
    {
        if (!board.CanBeHeard)
        {
            await Problems
                .Conflict("The job is made by a worker process, whose music can be heard once it is made.")
                .ExecuteAsync(context)
                .ConfigureAwait(false);
            return;
        }
        LiveSound? sound = null;
        while (board.IsOpen(id) && (sound = board.SoundOf(id)) is null)
            await board
                .NextChange.WaitAsync(TimeSpan.FromSeconds(1), context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.RequestAborted.ThrowIfCancellationRequested();
        if (sound is null)
        {
            await Problems.NotFound("unfinished job").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        context.Response.ContentType = "audio/wav";
        context.Response.Headers.CacheControl = "no-store";
        await WavStream
            .WriteAsync(
                context.Response.Body,
                sound.SampleRate,
                sound.Channels,
                sound.ReadAsync(context.RequestAborted),
                context.RequestAborted
            )
            .ConfigureAwait(false);
    }
}

/// <summary>The newest jobs.</summary>
/// <param name="Jobs">Newest first.</param>
internal sealed record JobPage(IReadOnlyList<JobView> Jobs);
