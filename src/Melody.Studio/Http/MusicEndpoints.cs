using System.ComponentModel;
using Melody.Studio.Jobs;
using Melody.Studio.Orders;
using Melody.Studio.Security;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Melody.Studio.Http;

/// <summary>The endpoints that make music: each accepts a job, or waits for its sound.</summary>
internal static class MusicEndpoints
{
    private const string Preference =
        "'wait' or 'wait=SECONDS' answers with the sound of a single piece instead of the job, when it is made in time.";

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Making music");
        Describe(
            group.MapPost(
                "/music/generations",
                (GenerationBody body, [FromHeader(Name = "Prefer"), Description(Preference)] string? prefer, string? format, Maker maker) =>
                    maker.MakeAsync(body.ToOrder(), format)
            ),
            "Generate",
            "Makes music from words."
        );
        Describe(
            group.MapPost(
                "/songs/{id}/continue",
                (string id, VariationBody? body, [FromHeader(Name = "Prefer")] string? prefer, string? format, Maker maker) =>
                    maker.MakeOfAsync((body ?? new()).ToOrder(OrderTask.Continue, id), format)
            ),
            "Continue",
            "Continues a song from its end by 'seconds'."
        );
        Describe(
            group.MapPost(
                "/songs/{id}/prepend",
                (string id, VariationBody? body, [FromHeader(Name = "Prefer")] string? prefer, string? format, Maker maker) =>
                    maker.MakeOfAsync((body ?? new()).ToOrder(OrderTask.Prepend, id), format)
            ),
            "Prepend",
            "Makes music that leads into a song: 'seconds' more before its beginning."
        );
        Describe(
            group.MapPost(
                "/songs/{id}/inpaint",
                (string id, InpaintBody body, [FromHeader(Name = "Prefer")] string? prefer, string? format, Maker maker) =>
                    maker.MakeOfAsync(body.ToOrder(id), format)
            ),
            "Inpaint",
            "Remakes a passage of a song; the rest stays."
        );
        Describe(
            group.MapPost(
                "/songs/{id}/loop",
                (string id, VariationBody? body, [FromHeader(Name = "Prefer")] string? prefer, string? format, Maker maker) =>
                    maker.MakeOfAsync((body ?? new()).ToOrder(OrderTask.Loop, id), format)
            ),
            "Loop",
            "Makes a loop from a song; whole bars where a tempo is known."
        );
        Describe(
            group.MapPost(
                "/songs/{id}/like",
                (string id, LikeBody? body, [FromHeader(Name = "Prefer")] string? prefer, string? format, Maker maker) =>
                    maker.MakeOfAsync((body ?? new()).ToOrder(id), format)
            ),
            "Like",
            "Makes new music in the style of a song."
        );
    }

    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint
            .WithName(name)
            .WithSummary(summary)
            .Produces<JobView>(StatusCodes.Status202Accepted)
            .Produces(StatusCodes.Status200OK, contentType: "audio/flac")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
}

/// <summary>Accepts an order for the request at hand and answers with the job, or with the sound where the client waits.</summary>
internal sealed class Maker(IJobBoard board, SongLibrary library, SoundAnswers sounds, IHttpContextAccessor accessor)
{
    /// <summary>For an order that starts from a song.</summary>
    public async Task<IResult> MakeOfAsync(MusicOrder order, string? format)
    {
        var cancellation = accessor.HttpContext!.RequestAborted;
        return await library.FindAsync(order.Source!, cancellation).ConfigureAwait(false) is { Trashed: null }
            ? await MakeAsync(order, format).ConfigureAwait(false)
            : Problems.NotFound("song");
    }

    /// <summary>For any order.</summary>
    public async Task<IResult> MakeAsync(MusicOrder order, string? format)
    {
        var context = accessor.HttpContext!;
        var wait = Wait.Of(context.Request);
        var sound = SongFormat.Of(format);
        if (wait is not null && order.Count != 1)
            throw new MelodyException("Only one piece can be waited for; leave count at 1, or ask without 'Prefer: wait'.");
        var job = await board.SubmitAsync(order, ClientName.Of(context), context.RequestAborted).ConfigureAwait(false);
        if (wait is { } time)
        {
            context.Response.Headers["Preference-Applied"] = "wait";
            if (await EndOfAsync(job.Id, time, context.RequestAborted).ConfigureAwait(false) is { } ended)
                return await AnswerAsync(ended, sound, context).ConfigureAwait(false);
        }
        return Results.Accepted($"/v1/jobs/{job.Id}", await board.FindAsync(job.Id, context.RequestAborted).ConfigureAwait(false));
    }

    private async Task<IResult> AnswerAsync(JobView job, SongFormat format, HttpContext context)
    {
        if (job.State == JobState.Failed)
            throw new MelodyException(job.Error ?? "The job failed.");
        if (job.Songs is not [var id] || await library.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is not { } song)
            return Problems.Conflict("The job was cancelled before its music was made.");
        context.Response.Headers.ContentLocation = $"/v1/songs/{id}";
        return await sounds.OfAsync(song, format, download: false, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<JobView?> EndOfAsync(string id, TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            return await board.WaitAsync(id, cancellation).WaitAsync(time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
