using System.Text.Json;
using Melody.Studio.Tests.Support;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>What the server says of itself: its document, reference, health and figures.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task The_document_describes_every_endpoint_with_examples()
    {
        await using var studio = await StartAsync();
        var document = await studio.GetAsync("/openapi/v1.json");
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        string[] expected =
        [
            "post /v1/music/generations",
            "post /v1/songs/{id}/continue",
            "post /v1/songs/{id}/prepend",
            "post /v1/songs/{id}/inpaint",
            "post /v1/songs/{id}/loop",
            "post /v1/songs/{id}/like",
            "get /v1/jobs",
            "get /v1/jobs/{id}",
            "delete /v1/jobs/{id}",
            "get /v1/jobs/{id}/events",
            "get /v1/jobs/{id}/audio",
            "get /v1/songs",
            "post /v1/songs",
            "get /v1/songs/{id}",
            "patch /v1/songs/{id}",
            "delete /v1/songs/{id}",
            "post /v1/songs/{id}/restore",
            "get /v1/songs/{id}/audio",
            "get /v1/songs/{id}/waveform",
            "get /v1/songs/{id}/recipe",
            "get /v1/models",
        ];
        foreach (var line in expected)
        {
            var (method, path) = (line.Split(' ')[0], line.Split(' ')[1]);
            var operation = paths.GetProperty(path).GetProperty(method);
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()));
        }
        var body = paths.GetProperty("/v1/music/generations").GetProperty("post").GetProperty("requestBody");
        var example = body.GetProperty("content").GetProperty("application/json").GetProperty("example");
        using var made = await studio.PostAsync("/v1/music/generations", JsonSerializer.Deserialize<JsonElement>(example.GetRawText()));
        Assert.Equal(202, (int)made.StatusCode);
    }

    [Fact]
    public async Task The_document_gives_the_ranges_of_settings()
    {
        await using var studio = await StartAsync();
        var document = await studio.GetAsync("/openapi/v1.json");
        var settings = document.GetProperty("components").GetProperty("schemas").GetProperty("GenerationBody").GetProperty("properties");
        Assert.Equal((40, 240), RangeOf("bpm"));
        Assert.Equal((1, 1000), RangeOf("steps"));
        Assert.Equal((1, 64), RangeOf("bestOf"));
        Assert.Equal((-70, 0), RangeOf("loudness"));
        Assert.False(settings.GetProperty("prompt").TryGetProperty("minimum", out _));

        (double Least, double Most) RangeOf(string name)
        {
            var setting = settings.GetProperty(name);
            return (setting.GetProperty("minimum").GetDouble(), setting.GetProperty("maximum").GetDouble());
        }
    }

    [Fact]
    public async Task The_reference_needs_no_internet()
    {
        await using var studio = await StartAsync();
        var html = await studio.Client.GetStringAsync("/docs/", Token);
        Assert.Contains("scalar", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("cdn.", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fonts.", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Health_models_and_figures_are_told()
    {
        await using var studio = await StartAsync();
        await studio.SongAsync();
        Assert.Equal("live", await studio.Client.GetStringAsync("/health/live", Token));
        Assert.Equal("ready", await studio.Client.GetStringAsync("/health/ready", Token));
        Assert.Equal("fake", (await studio.GetAsync("/v1/models")).GetProperty("models")[0].GetProperty("model").GetString());
        var metrics = await studio.Client.GetStringAsync("/metrics", Token);
        foreach (var name in new[] { "melody_queue", "melody_jobs", "melody_music", "melody_speed", "melody_stage", "http_server" })
            Assert.Contains(name, metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_server_is_alive_but_not_ready()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true }, change: options => options with { QueueCapacity = 1 });
        await studio.SubmitAsync(new { prompt = "one" });
        await UntilAsync(() => studio.Engine.Begun.Count == 1);
        await studio.SubmitAsync(new { prompt = "two" });
        Assert.Equal(200, (int)(await studio.Client.GetAsync("/health/live", Token)).StatusCode);
        Assert.Equal(503, (int)(await studio.Client.GetAsync("/health/ready", Token)).StatusCode);
    }
}
