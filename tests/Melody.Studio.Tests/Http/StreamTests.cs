using System.Net.Http.Json;
using Melody.Studio.Engine;
using Melody.Studio.Tests.Support;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>Music without end over real HTTP: it comes at a bounded pace, is led over, and ends with its listener.</summary>
public sealed class StreamTests
{
    private static async Task<HttpResponseMessage> ListenAsync(TestStudio studio, string query) =>
        await studio.Client.GetAsync("/v1/stream?" + query, HttpCompletionOption.ResponseHeadersRead, Token);

    private static async Task<byte[]> FirstAsync(HttpResponseMessage response, int count)
    {
        var bytes = new byte[count];
        await (await response.Content.ReadAsStreamAsync(Token)).ReadExactlyAsync(bytes, Token);
        return bytes;
    }

    [Fact]
    public async Task A_stream_is_heard_led_over_and_ends_with_its_listener()
    {
        await using var studio = await StartAsync();
        using (var response = await ListenAsync(studio, "prompt=calm&format=wav"))
        {
            var bytes = await FirstAsync(response, 44 + 20000);
            Assert.Equal("WAVE"u8, bytes.AsSpan(8, 4));
            for (int i = 44; i < bytes.Length; i += 2)
                Assert.Equal(0.25 * 32768, BitConverter.ToInt16(bytes, i));
            var id = response.Headers.GetValues("X-Stream-Id").Single();
            using var changed = await studio.Client.PatchAsync($"/v1/stream/{id}", JsonContent.Create(new { prompt = "drums" }), Token);
            Assert.Equal(204, (int)changed.StatusCode);
            Assert.Equal(["calm", "drums"], studio.Engine.Endlessly);
            using var refused = await studio.Client.PatchAsync($"/v1/stream/{id}", JsonContent.Create(new { prompt = " " }), Token);
            await RefusalAsync(refused, 400);
        }
        await UntilAsync(() => studio.Engine.OpenSounds == 0);
        using var gone = await studio.Client.PatchAsync("/v1/stream/0", JsonContent.Create(new { prompt = "drums" }), Token);
        await RefusalAsync(gone, 404);
    }

    [Fact]
    public async Task Streams_are_few_and_their_places_come_back()
    {
        await using var studio = await StartAsync();
        using (var first = await ListenAsync(studio, "prompt=one"))
        using (var second = await ListenAsync(studio, "prompt=two"))
        {
            Assert.Equal("OggS"u8.ToArray(), await FirstAsync(first, 4));
            using var third = await ListenAsync(studio, "prompt=three");
            await RefusalAsync(third, 429);
        }
        await UntilAsync(() => studio.Engine.OpenSounds == 0);
        using var later = await ListenAsync(studio, "prompt=later");
        Assert.Equal(200, (int)later.StatusCode);
        foreach (var query in new[] { "prompt=%20", "prompt=calm&format=exe", "" })
        {
            using var refused = await ListenAsync(studio, query);
            await RefusalAsync(refused, 400);
        }
    }

    [Fact]
    public async Task The_networks_make_a_stream()
    {
        using var model = MusicModel.CreateUntrained("test", seed: 3, new() { Threads = 1 });
        await using var studio = await StartAsync(new MelodyEngine(model));
        using var response = await ListenAsync(studio, "prompt=calm%20piano&format=wav");
        var bytes = await FirstAsync(response, 44 + 48_000);
        Assert.Equal(48_000, BitConverter.ToInt32(bytes, 24));
        Assert.Contains(bytes.AsSpan(44).ToArray(), value => value != 0);
    }
}
