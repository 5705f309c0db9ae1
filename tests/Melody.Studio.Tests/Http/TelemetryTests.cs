using System.Collections.Concurrent;
using System.Text;
using Melody.Studio.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>What a collector hears.</summary>
public sealed class TelemetryTests
{
    private readonly ConcurrentDictionary<string, string> _heard = new(StringComparer.Ordinal);

    [Fact]
    public async Task A_collector_hears_of_jobs_and_requests_under_the_services_name()
    {
        await using var collector = await CollectAsync();
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        await using (var studio = await StartAsync(change: options => options with { Telemetry = variables }))
            await studio.SongAsync(); // what is left to tell is told when it stops
        Assert.Contains("melody", Heard("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("melody.job", Heard("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("/v1/music/generations", Heard("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("melody.stage", Heard("/v1/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("unknown_service", Heard("/v1/traces") + Heard("/v1/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_may_have_another_name()
    {
        await using var collector = await CollectAsync();
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "the-band",
        };
        await using (var studio = await StartAsync(change: options => options with { Telemetry = variables }))
            await studio.SongAsync();
        Assert.Contains("the-band", Heard("/v1/traces"), StringComparison.Ordinal);
    }

    private string Heard(string path) => _heard.GetValueOrDefault(path, "");

    // the texts of a protocol buffer lie in it as they are
    private async Task<WebApplication> CollectAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, Token);
            _heard.AddOrUpdate(
                request.Path,
                _ => Encoding.Latin1.GetString(body.ToArray()),
                (_, old) => old + Encoding.Latin1.GetString(body.ToArray())
            );
        });
        await app.StartAsync(Token);
        return app;
    }
}
