using System.ComponentModel;
using Melody.Audio;
using Melody.Prompting;
using Melody.Studio.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Melody.Studio.Http;

/// <summary>The endpoints of music without end.</summary>
internal static class StreamEndpoints
{
    /// <summary>The header that tells the id of a stream.</summary>
    public const string IdHeader = "X-Stream-Id";

    private const string Formats = "The format of a stream is unknown; choose opus or wav.";

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/stream").WithTags("Music without end");
        group
            .MapGet("", ListenAsync)
            .WithName("Stream")
            .WithSummary("Music without end, as Ogg Opus or WAV that arrives as it is made; the header X-Stream-Id names it.")
            .Produces(StatusCodes.Status200OK, contentType: "audio/ogg")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        group
            .MapPatch("/{id}", Change)
            .WithName("ChangeStream")
            .WithSummary("Moves a stream on to other music, at a bar line.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Task ListenAsync(HttpContext context, StreamTable streams, string prompt, string format = "opus") =>
        format is "opus" or "wav"
            ? streams.RunAsync(prompt, stream => SendAsync(context, stream, format))
            : throw new MelodyException(Formats);

    private static IResult Change(string id, StreamBody body, StreamTable streams)
    {
        PromptLimits.Check(body.Prompt ?? "");
        if (streams.Find(id) is not { } stream)
            return Problems.NotFound("open stream");
        stream.ChangePrompt(body.Prompt!);
        return Results.NoContent();
    }

    private static async Task SendAsync(HttpContext context, LiveStream stream, string format)
    {
        var (response, gone) = (context.Response, context.RequestAborted);
        response.ContentType = format == "wav" ? "audio/wav" : "audio/ogg";
        response.Headers.CacheControl = "no-store";
        response.Headers[IdHeader] = stream.Id;
        try
        {
            if (format == "wav")
                await WavStream
                    .WriteAsync(response.Body, stream.SampleRate, stream.Channels, stream.ReadAsync(gone), gone)
                    .ConfigureAwait(false);
            else
                await SendOpusAsync(response.Body, stream, gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested) { } // nobody listens any longer
    }

    private static async Task SendOpusAsync(Stream body, LiveStream stream, CancellationToken gone)
    {
        using var pages = new MemoryStream();
        using var writer = new AudioStreamWriter(pages, AudioFormat.OggOpus, stream.SampleRate, stream.Channels, new());
        await foreach (var samples in stream.ReadAsync(gone).ConfigureAwait(false))
        {
            writer.Write(samples.Span);
            await body.WriteAsync(pages.GetBuffer().AsMemory(0, (int)pages.Length), gone).ConfigureAwait(false);
            await body.FlushAsync(gone).ConfigureAwait(false);
            pages.SetLength(0);
        }
    }
}

/// <summary>Body of <c>PATCH /v1/stream/{id}</c>.</summary>
internal sealed record StreamBody
{
    /// <summary>What the music is like from the next bar line on.</summary>
    [Description("What the music is like from the next bar line on.")]
    public string? Prompt { get; init; }
}
