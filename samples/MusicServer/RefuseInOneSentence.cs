using Melody;

namespace MusicServer;

/// <summary>What a client got wrong is status 400 with the sentence that Melody says about it (problem details, RFC 9457).</summary>
internal sealed class RefuseInOneSentence : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (MelodyException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
