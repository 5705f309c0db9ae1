using System.Globalization;
using System.Text.Json;
using Melody.Studio.Jobs;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Streams;
using Melody.Studio.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Http;

/// <summary>Errors as problem details (RFC 9457), with one sentence that says what was wrong and what to do.</summary>
internal sealed class Problems(IProblemDetailsService service, ILogger<Problems> log) : IExceptionHandler
{
    private const string NotJson = "The body has to be JSON; send it with 'Content-Type: application/json'.";

    /// <summary>No song or job has this id.</summary>
    /// <param name="what">What there is none of.</param>
    public static IResult NotFound(string what) => Results.Problem($"No {what} has this id.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>What was asked for does not go with how things are.</summary>
    public static IResult Conflict(string sentence) => Results.Problem(sentence, statusCode: StatusCodes.Status409Conflict);

    /// <summary>A sentence for what the framework refuses by itself.</summary>
    public static void Complete(ProblemDetailsContext context) =>
        context.ProblemDetails.Detail ??= context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this address; the reference at /docs shows what there is.",
            StatusCodes.Status405MethodNotAllowed => "This address does not take that method; the reference at /docs shows which it takes.",
            StatusCodes.Status415UnsupportedMediaType => NotJson,
            _ => null,
        };

    /// <inheritdoc/>
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            return ValueTask.FromResult(true);
        var (status, sentence) = exception switch
        {
            MelodyException => (StatusCodes.Status400BadRequest, exception.Message),
            TooManyStreamsException => (StatusCodes.Status429TooManyRequests, exception.Message),
            QueueFullException => (StatusCodes.Status429TooManyRequests, exception.Message),
            StoreUnavailableException => (StatusCodes.Status503ServiceUnavailable, exception.Message),
            UploadTooLargeException => (StatusCodes.Status413PayloadTooLarge, exception.Message),
            BadHttpRequestException e => (e.StatusCode, Sentence(e)),
            _ => (StatusCodes.Status500InternalServerError, "Something went wrong that should not have; see the server's log."),
        };
        if (exception is QueueFullException full)
            httpContext.Response.Headers.RetryAfter = full.RetryAfter.ToString(CultureInfo.InvariantCulture);
        if (status == StatusCodes.Status500InternalServerError)
            log.RequestFailed(exception);
        httpContext.Response.StatusCode = status;
        return service.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = { Status = status, Detail = sentence } });
    }

    private static string Sentence(BadHttpRequestException e) =>
        e switch
        {
            { InnerException: JsonException { InnerException: not JsonException, Path: { Length: > 2 } path } } =>
                $"The value of '{path[2..]}' in the JSON body is unknown or of the wrong kind; "
                    + "the reference at /docs shows what is expected.",
            { InnerException: JsonException } => "The body is not valid JSON; send an object as the reference at /docs shows it.",
            { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The body is larger than this server takes.",
            { StatusCode: StatusCodes.Status415UnsupportedMediaType } => NotJson,
            _ => $"{e.Message.TrimEnd('.')}.",
        };
}
