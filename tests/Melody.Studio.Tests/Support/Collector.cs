using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Tests.Support;

/// <summary>A collector of OpenTelemetry's protocol over HTTP, which keeps what it hears.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _heard = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", KeepAsync);
    }

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.First();

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync(TestStudio.Token);
        return collector;
    }

    /// <summary>The variables that name it, and further ones.</summary>
    public static IReadOnlyDictionary<string, string?> Variables(params (string Name, string Value)[] more) =>
        more.Append(("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"))
            .ToDictionary(variable => variable.Item1, variable => (string?)variable.Item2, StringComparer.Ordinal);

    /// <summary>All that came of a signal: traces, metrics or logs. The texts of a protocol buffer lie in it as they are.</summary>
    public string Heard(string signal) => _heard.GetValueOrDefault($"/v1/{signal}", "");

    private async Task KeepAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var text = Encoding.Latin1.GetString(body.ToArray());
        _heard.AddOrUpdate(request.Path, text, (_, before) => before + text);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
