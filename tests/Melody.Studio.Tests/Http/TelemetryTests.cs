using Melody.Studio.Tests.Support;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>What a collector hears of a server.</summary>
public sealed class TelemetryTests
{
    private const string Key = "0123456789abcdef0123";

    [Fact]
    public async Task A_collector_hears_of_jobs_requests_and_the_log_under_the_services_name_and_never_of_a_key()
    {
        await using var collector = await Collector.StartAsync();
        var variables = Collector.Variables(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address));
        await using (var studio = await StartAsync(change: options => options with { Telemetry = variables, Verbose = true, Keys = [Key] }))
        {
            using var entered = await studio.Client.GetAsync($"/?key={Key}", Token);
            studio.Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
            await studio.SongAsync(); // what is left to tell is told when it stops
        }
        Assert.Contains("melody.job", collector.Heard("traces"), StringComparison.Ordinal);
        Assert.Contains("/v1/music/generations", collector.Heard("traces"), StringComparison.Ordinal);
        Assert.Contains("melody.stage", collector.Heard("metrics"), StringComparison.Ordinal);
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            Assert.Contains("melody", collector.Heard(signal), StringComparison.Ordinal);
            Assert.DoesNotContain("unknown_service", collector.Heard(signal), StringComparison.Ordinal);
            Assert.DoesNotContain(Key, collector.Heard(signal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_service_may_have_another_name_and_traces_a_collector_of_their_own()
    {
        await using var collector = await Collector.StartAsync();
        var variables = Collector.Variables(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", $"{collector.Address}/v1/traces"),
            ("OTEL_SERVICE_NAME", "the-band")
        );
        await using (var studio = await StartAsync(change: options => options with { Telemetry = variables }))
            await studio.SongAsync();
        Assert.Contains("the-band", collector.Heard("traces"), StringComparison.Ordinal);
    }
}
