using System.Net.Http.Json;
using System.Text.Json;
using Melody.Studio.Engine;
using Melody.Tests;

namespace Melody.Studio.Tests.Support;

/// <summary>A studio on a free port of this machine, with a folder of its own, and a client for it.</summary>
internal sealed class TestStudio : IAsyncDisposable
{
    private readonly TemporaryFolder? _own;

    private TestStudio(StudioServer server, FakeEngine? engine, string data, TemporaryFolder? own)
    {
        (Server, Engine, Data, _own) = (server, engine!, data, own);
        Client = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public StudioServer Server { get; }

    public FakeEngine Engine { get; }

    public string Data { get; }

    public HttpClient Client { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestStudio> StartAsync(
        IMusicEngine? engine = null,
        string? data = null,
        Func<StudioOptions, StudioOptions>? change = null
    )
    {
        engine ??= new FakeEngine();
        var own = data is null ? new TemporaryFolder() : null;
        data ??= own!.Path;
        var options = new StudioOptions { Port = 0, Data = data };
        var server = await StudioServer.StartAsync(change?.Invoke(options) ?? options, engine, Token);
        return new(server, engine as FakeEngine, data, own);
    }

    /// <summary>The JSON of a successful answer.</summary>
    public async Task<JsonElement> GetAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path, Token);

    /// <summary>Sends JSON.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, object body, string? client = null, bool wait = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (client is not null)
            request.Headers.Add("X-Melody-Client", client);
        if (wait)
            request.Headers.Add("Prefer", "wait");
        return Client.SendAsync(request, Token);
    }

    /// <summary>Submits an order, and gives the id of the job.</summary>
    public async Task<string> SubmitAsync(object body, string? client = null, string path = "/v1/music/generations")
    {
        using var response = await PostAsync(path, body, client);
        Assert.Equal(202, (int)response.StatusCode);
        var job = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return job.GetProperty("id").GetString()!;
    }

    /// <summary>Follows a job until it has ended, and gives it.</summary>
    public async Task<JsonElement> EndOfAsync(string job) => (await EventsAsync(job)).Last().Data;

    /// <summary>All events of a job.</summary>
    public async Task<List<(string Kind, JsonElement Data)>> EventsAsync(string job)
    {
        var events = new List<(string, JsonElement)>();
        await using var stream = await Client.GetStreamAsync($"/v1/jobs/{job}/events", Token);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(Token))
            events.Add((item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data)));
        return events;
    }

    /// <summary>Makes a song, and gives its id.</summary>
    public async Task<string> SongAsync(object? body = null)
    {
        var job = await EndOfAsync(await SubmitAsync(body ?? new { prompt = "calm piano", seconds = 1 }));
        Assert.Equal("done", job.GetProperty("state").GetString());
        return job.GetProperty("songs")[0].GetString()!;
    }

    /// <summary>The sentence of a refusal, whose status is as expected.</summary>
    public static async Task<string> RefusalAsync(HttpResponseMessage response, int status)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("detail").GetString()!;
    }

    /// <summary>Waits until something holds; the test's own time limit ends the wait.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await Task.Delay(5, Token);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Engine?.Dispose();
        _own?.Dispose();
    }
}
