using System.Text.Json;
using Melody.Audio;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Mcp;

/// <summary>Sessions of a client of the Model Context Protocol, over HTTP and over standard input and output.</summary>
public sealed class McpTests
{
    private static readonly string[] Tools = ["continue_music", "generate_music", "get_song", "list_songs", "make_loop", "remake_passage"];

    private static Task<McpClient> ConnectAsync(TestStudio studio)
    {
        var transport = new HttpClientTransport(new() { Endpoint = new Uri(studio.Server.Address, "/mcp") });
        return McpClient.CreateAsync(transport, cancellationToken: Token);
    }

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: Token);
        Assert.True(result.IsError is not true, string.Concat(result.Content.OfType<TextContentBlock>().Select(text => text.Text)));
        return JsonSerializer.SerializeToElement(result.StructuredContent);
    }

    private static async Task SessionAsync(McpClient client)
    {
        var tools = await client.ListToolsAsync(cancellationToken: Token);
        Assert.Equal(Tools, tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        var song = await CallAsync(
            client,
            "generate_music",
            new()
            {
                ["prompt"] = "calm piano",
                ["seconds"] = 2,
                ["seed"] = 3,
            }
        );
        var id = song.GetProperty("id").GetString();
        Assert.Equal(2, song.GetProperty("seconds").GetDouble(), 0.01);
        var longer = await CallAsync(client, "continue_music", new() { ["song"] = id, ["seconds"] = 1 });
        Assert.Equal("continue", longer.GetProperty("origin").GetString());
        var remade = await CallAsync(
            client,
            "remake_passage",
            new()
            {
                ["song"] = id,
                ["from"] = 0.5,
                ["to"] = 1,
            }
        );
        Assert.Equal("inpaint", remade.GetProperty("origin").GetString());
        var loop = await CallAsync(client, "make_loop", new() { ["song"] = id });
        Assert.Equal("loop", loop.GetProperty("origin").GetString());
        var list = (await CallAsync(client, "list_songs", new() { ["limit"] = 10 })).GetProperty("songs");
        Assert.Equal(4, list.GetArrayLength());
        var found = await CallAsync(client, "get_song", new() { ["song"] = id });
        Assert.Equal("calm piano", found.GetProperty("title").GetString());
    }

    [Fact]
    public async Task An_agent_makes_and_changes_music_over_HTTP()
    {
        await using var studio = await StartAsync();
        await using var client = await ConnectAsync(studio);
        await SessionAsync(client);
    }

    [Fact]
    public async Task A_refusal_is_the_sentence_of_the_library()
    {
        await using var studio = await StartAsync();
        await using var client = await ConnectAsync(studio);
        foreach (
            var (tool, arguments, part) in new (string, Dictionary<string, object?>, string)[]
            {
                ("generate_music", new() { ["prompt"] = " " }, "no words"),
                ("generate_music", new() { ["prompt"] = "calm", ["seconds"] = 1e6 }, "seconds"),
                ("continue_music", new() { ["song"] = "../../x" }, "does not exist"),
                ("get_song", new() { ["song"] = "x" }, "No song"),
                ("generate_music", new() { ["prompt"] = "a refused prompt" }, "The engine refuses this prompt."),
            }
        )
        {
            var result = await client.CallToolAsync(tool, arguments, cancellationToken: Token);
            Assert.True(result.IsError);
            Assert.Contains(part, Assert.IsType<TextContentBlock>(result.Content[0]).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_cancelled_call_ends_the_work()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        await using var client = await ConnectAsync(studio);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = client.CallToolAsync(
            "generate_music",
            new Dictionary<string, object?> { ["prompt"] = "calm" },
            cancellationToken: source.Token
        );
        await UntilAsync(() => studio.Engine.Begun.Count == 1);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
        string? state;
        do state = (await studio.GetAsync("/v1/jobs")).GetProperty("jobs")[0].GetProperty("state").GetString();
        while (state == "running");
        Assert.Equal("cancelled", state);
        Assert.Equal(0, studio.Engine.StepsMade);
    }

    [Fact]
    public async Task An_agent_makes_music_over_standard_input_and_output()
    {
        using var folder = new TemporaryFolder();
        var command = ServerProcess.Command("mcp", "--data", folder.Path, "--threads", "1", "--device", "cpu", "--untrained", "test");
        var transport = new StdioClientTransport(new() { Command = command.FileName, Arguments = [.. command.ArgumentList] });
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Token);
        await CallAsync(client, "generate_music", new() { ["prompt"] = "calm piano", ["seconds"] = 1 });
        var songs = (await CallAsync(client, "list_songs", [])).GetProperty("songs");
        Assert.Equal(1, songs.GetArrayLength());
        foreach (var song in songs.EnumerateArray())
            Assert.Equal(song.GetProperty("seconds").GetDouble(), AudioClip.Read(song.GetProperty("sound").GetString()!).Seconds, 0.01);
    }
}
