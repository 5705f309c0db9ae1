using System.Text.Json;
using System.Text.Json.Serialization;
using Melody.Studio.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Scalar.AspNetCore;

namespace Melody.Studio.Http;

/// <summary>The HTTP interface as a whole: /v1, the OpenAPI document, the reference page, health.</summary>
internal static class StudioApi
{
    /// <summary>Adds what the endpoints need.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<Maker>();
        services.AddSingleton<SoundAnswers>();
        services.AddSingleton<StreamTable>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Problems.Complete);
        services.AddExceptionHandler<Problems>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => Configure(options.SerializerOptions));
        services.AddOpenApi("v1", OpenApiText.Configure);
    }

    /// <summary>Adds the endpoints.</summary>
    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/v1");
        MusicEndpoints.Map(api);
        JobEndpoints.Map(api);
        SongEndpoints.Map(api);
        StreamEndpoints.Map(api);
        ServerEndpoints.Map(api);
        ServerEndpoints.MapHealth(app);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", options => options.WithTitle("Melody").DisableDefaultFonts());
    }

    /// <summary>JSON as clients see it: camel case, names for enumerations, nothing for null; unknown keys are refused.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
    }
}
