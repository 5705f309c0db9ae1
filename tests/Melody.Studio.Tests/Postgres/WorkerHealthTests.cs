using System.Net;
using System.Net.Sockets;
using Melody.Studio.Postgres;
using Melody.Studio.Store;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Postgres;

/// <summary>What a worker tells of itself, to whoever runs it.</summary>
public sealed class WorkerHealthTests
{
    [Fact]
    public async Task A_worker_tells_its_health_and_the_length_of_the_queue()
    {
        var server = await PostgresServer.StartAsync();
        var address = await server.NewDatabaseAsync();
        await using (var database = await PostgresDatabase.OpenAsync(address, TimeSpan.Zero, Token))
            for (int i = 0; i < 3; i++)
                await new PostgresJobs(database).AdmitAsync(
                    new(TimedId.New(), "a", new() { Task = Orders.OrderTask.Generate }, JobState.Queued, DateTimeOffset.UnixEpoch),
                    8,
                    8,
                    Token
                );
        using var folder = new TemporaryFolder();
        using var engine = new FakeEngine { Held = true };
        int port = FreePort();
        await using var worker = await StudioWorker.StartAsync(new(address, folder.Path) { HealthPort = port }, engine, Token);
        using var client = new HttpClient { BaseAddress = new($"http://localhost:{port}") };
        Assert.Equal("live", await client.GetStringAsync("/health/live", Token));
        Assert.Equal("ready", await client.GetStringAsync("/health/ready", Token));
        await UntilAsync(() => !engine.Begun.IsEmpty);
        string metrics;
        do
        {
            await Task.Delay(20, Token);
            metrics = await client.GetStringAsync("/metrics", Token);
        } while (!metrics.Split('\n').Any(line => line.StartsWith("melody_queue", StringComparison.Ordinal)));
        // one is being made, unless the queue was counted before that one was taken
        var value = metrics.Split('\n').Last(line => line.StartsWith("melody_queue", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Contains(value, (string[])["2", "3"]);
        var refusal = await Assert.ThrowsAsync<MelodyException>(() =>
            StudioWorker.StartAsync(new(address, folder.Path) { HealthPort = port }, engine, Token)
        );
        Assert.Contains("--health-port", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_hears_of_a_worker()
    {
        var server = await PostgresServer.StartAsync();
        var address = await server.NewDatabaseAsync();
        await using var collector = await Collector.StartAsync();
        using var folder = new TemporaryFolder();
        using var engine = new FakeEngine();
        var options = new WorkerOptions(address, folder.Path)
        {
            Telemetry = Collector.Variables(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address)),
            HealthPort = FreePort(),
        };
        await using (var worker = await StudioWorker.StartAsync(options, engine, Token))
        {
            using var client = new HttpClient { BaseAddress = new($"http://localhost:{options.HealthPort}") };
            while (!(await client.GetStringAsync("/metrics", Token)).Contains("melody_queue", StringComparison.Ordinal))
                await Task.Delay(20, Token);
        }
        Assert.Contains("melody.queue", collector.Heard("metrics"), StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
