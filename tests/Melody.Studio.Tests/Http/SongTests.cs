using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Melody.Audio;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>The library over real HTTP: sounds with ranges and recipes, lists, changes, trash, uploads and their limits.</summary>
public sealed class SongTests
{
    private static byte[] Wav(double seconds, int rate = 8000, int channels = 1)
    {
        var samples = new float[(int)(seconds * rate) * channels];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = 0.25f * MathF.Sin(2 * MathF.PI * 220 * (i / channels) / rate);
        return new AudioClip(samples, rate, channels).ToBytes(AudioFormat.Wav);
    }

    private static async Task<JsonElement> UploadedAsync(TestStudio studio, byte[] bytes, string query = "")
    {
        using var response = await studio.Client.PostAsync("/v1/songs" + query, new ByteArrayContent(bytes), Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    [Fact]
    public async Task A_song_is_read_in_ranges_and_asked_for_again_only_when_it_changed()
    {
        await using var studio = await StartAsync();
        var path = $"/v1/songs/{await studio.SongAsync()}/audio";
        var whole = await studio.Client.GetByteArrayAsync(path, Token);
        Assert.Equal("fLaC"u8, whole.AsSpan(0, 4));
        foreach (var (from, to) in new (long?, long?)[] { (0, 9), (100, 199), (whole.Length - 5, null), (null, 7) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Range = new RangeHeaderValue(from, to);
            using var response = await studio.Client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            int start = (int)(from ?? whole.Length - to!.Value),
                end = (int)(from is null || to is null ? whole.Length : to.Value + 1);
            Assert.Equal(whole[start..end], await response.Content.ReadAsByteArrayAsync(Token));
            Assert.Equal(start, response.Content.Headers.ContentRange!.From);
            Assert.Equal(whole.Length, response.Content.Headers.ContentRange.Length);
        }
        using var beyond = new HttpRequestMessage(HttpMethod.Get, path);
        beyond.Headers.Range = new RangeHeaderValue(whole.Length + 10, null);
        using var refused = await studio.Client.SendAsync(beyond, Token);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
        using var first = await studio.Client.GetAsync(path, Token);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var same = await studio.Client.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Theory]
    [InlineData("flac", "audio/flac")]
    [InlineData("wav", "audio/wav")]
    [InlineData("opus", "audio/ogg")]
    public async Task Every_format_holds_the_sound_and_the_recipe(string format, string type)
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync(
            new
            {
                prompt = "calm <b>piano</b>",
                seconds = 2,
                seed = 11,
            }
        );
        using var response = await studio.Client.GetAsync($"/v1/songs/{id}/audio?format={format}&download=true", Token);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"calm-b-piano-b.{format}", response.Content.Headers.ContentDisposition?.FileNameStar);
        var bytes = await response.Content.ReadAsByteArrayAsync(Token);
        var clip = AudioClip.Read(bytes);
        Assert.Equal(2, clip.Seconds, 1e-3);
        Assert.Equal(0.5 / Math.Sqrt(2), Math.Sqrt(clip.Samples.ToArray().Average(s => (double)s * s)), 0.02);
        using var stream = new MemoryStream(bytes);
        var metadata = AudioClip.ReadMetadata(stream);
        Assert.Equal("calm <b>piano</b>", metadata.Title);
        Assert.Equal(11, GenerationRecipe.FromJson(metadata.Recipe!).Seed);
    }

    [Fact]
    public async Task The_outline_of_a_sine_wave_is_its_amplitude()
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync(new { prompt = "calm", seconds = 3 });
        var view = await studio.GetAsync($"/v1/songs/{id}/waveform?points=50");
        var points = view.GetProperty("points").EnumerateArray().Select(p => p.GetDouble()).ToList();
        Assert.Equal(100, points.Count);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(-0.5, points[2 * i], 0.01);
            Assert.Equal(0.5, points[2 * i + 1], 0.01);
        }
    }

    [Fact]
    public async Task Titles_favourites_and_tags_change_and_are_found()
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync();
        await studio.SongAsync();
        var edit = new
        {
            title = "<script>alert(1)</script>",
            favourite = true,
            tags = new[] { "Calm", "calm", "tea" },
        };
        using var response = await studio.Client.PatchAsync($"/v1/songs/{id}", JsonContent.Create(edit), Token);
        var song = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(edit.title, song.GetProperty("title").GetString());
        Assert.Equal(["calm", "tea"], song.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        foreach (var query in new[] { "search=alert", "favourite=true", "tag=tea" })
        {
            var page = await studio.GetAsync($"/v1/songs?{query}");
            Assert.Equal(id, Assert.Single(page.GetProperty("songs").EnumerateArray().ToList()).GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task A_deleted_song_comes_back_and_one_that_is_gone_for_good_does_not()
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync();
        async Task<int> CountAsync(string query = "") => (await studio.GetAsync("/v1/songs" + query)).GetProperty("songs").GetArrayLength();

        await studio.Client.DeleteAsync($"/v1/songs/{id}", Token);
        Assert.Equal((0, 1), (await CountAsync(), await CountAsync("?trashed=true")));
        using var refused = await studio.PostAsync($"/v1/songs/{id}/loop", new { });
        await RefusalAsync(refused, 404);
        await studio.Client.PostAsync($"/v1/songs/{id}/restore", null, Token);
        Assert.Equal((1, 0), (await CountAsync(), await CountAsync("?trashed=true")));
        using var gone = await studio.Client.DeleteAsync($"/v1/songs/{id}?permanently=true", Token);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var missing = await studio.Client.GetAsync($"/v1/songs/{id}/audio", Token);
        await RefusalAsync(missing, 404);
        Assert.Empty(Directory.GetFiles(Path.Combine(studio.Data, "songs")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_upload_is_kept_sample_for_sample_and_can_be_gone_on_from(int channels)
    {
        await using var studio = await StartAsync();
        var bytes = Wav(1.5, 8000, channels);
        var song = await UploadedAsync(studio, bytes, "?name=../../My%20song.wav");
        Assert.Equal("My song", song.GetProperty("title").GetString());
        Assert.Equal(channels, song.GetProperty("channels").GetInt32());
        var kept = AudioClip.Read(await studio.Client.GetByteArrayAsync(song.GetProperty("audio").GetString(), Token));
        Assert.Equal(AudioClip.Read(bytes).Samples.ToArray(), kept.Samples.ToArray());
        var id = song.GetProperty("id").GetString();
        foreach (
            var (verb, body) in new (string, object)[]
            {
                ("continue", new { seconds = 1 }),
                ("prepend", new { seconds = 1 }),
                ("inpaint", new { from = 0.5, to = 1 }),
            }
        )
        {
            var job = await studio.EndOfAsync(await studio.SubmitAsync(body, path: $"/v1/songs/{id}/{verb}"));
            Assert.Equal("done", job.GetProperty("state").GetString());
            var made = await studio.GetAsync($"/v1/songs/{job.GetProperty("songs")[0].GetString()}");
            Assert.Equal((verb, id), (made.GetProperty("origin").GetString(), made.GetProperty("source").GetString()));
        }
    }

    [Fact]
    public async Task An_upload_beyond_full_scale_is_made_softer_as_a_whole()
    {
        await using var studio = await StartAsync();
        // a loud second and one that is sixty times softer, in two channels
        var samples = new float[2 * 2 * 8000];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (i < samples.Length / 2 ? 3f : 0.05f) * MathF.Sin(i * 0.05f);
        samples[100] = -3;
        var bytes = new AudioClip(samples, 8000, 2).ToBytes(AudioFormat.Wav, new() { BitDepth = 32 });
        var song = await UploadedAsync(studio, bytes);
        Assert.Equal(20 * Math.Log10(3), song.GetProperty("softenedDecibels").GetDouble(), 1e-3);
        var kept = AudioClip.Read(await studio.Client.GetByteArrayAsync(song.GetProperty("audio").GetString(), Token));
        Assert.Equal(samples.Length, kept.Samples.Length);
        for (int i = 0; i < samples.Length; i++)
            Assert.Equal(samples[i] / 3.0, kept.Samples[i], 2e-7); // a step of 24 bits and a float's
        Assert.False((await UploadedAsync(studio, Wav(1))).TryGetProperty("softenedDecibels", out _));
        var listed = await studio.GetAsync($"/v1/songs/{song.GetProperty("id").GetString()}");
        Assert.False(listed.TryGetProperty("softenedDecibels", out _));
        Assert.Empty(Directory.GetFiles(Path.Combine(studio.Data, "incoming")));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(studio.Data, "songs")).Length);
    }

    [Fact]
    public async Task A_form_uploads_its_file()
    {
        await using var studio = await StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("x"), "other" },
            { new ByteArrayContent(Wav(1)), "file", "walk.wav" },
        };
        using var response = await studio.Client.PostAsync("/v1/songs", form, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("walk", (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("title").GetString());
        using var empty = new MultipartFormDataContent { { new StringContent("x"), "other" } };
        using var refused = await studio.Client.PostAsync("/v1/songs", empty, Token);
        await RefusalAsync(refused, 400);
    }

    [Fact]
    public async Task Uploads_beyond_the_limits_are_refused_and_leave_nothing()
    {
        await using var studio = await StartAsync(change: options => options with { Uploads = new(100_000, 3, 2) });
        (byte[] Bytes, int Status, string Part)[] cases =
        [
            (Wav(1, channels: 3), 400, "3 channels"),
            (Wav(4), 400, "longer than 3 seconds"),
            (Wav(10), 413, "more than"),
            ([], 400, "empty"),
            ("no sound at all"u8.ToArray(), 400, "'Upload'"),
            (Wav(1)[..30], 400, "'Upload'"),
        ];
        foreach (var (bytes, status, part) in cases)
        {
            using var response = await studio.Client.PostAsync("/v1/songs", new ByteArrayContent(bytes), Token);
            Assert.Contains(part, await RefusalAsync(response, status), StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(studio.Data, "songs")));
        Assert.Empty(Directory.GetFiles(Path.Combine(studio.Data, "incoming")));
        Assert.Equal(0, (await studio.GetAsync("/v1/songs")).GetProperty("songs").GetArrayLength());
    }

    [Fact]
    public async Task What_a_kill_left_behind_is_removed_at_the_start()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var studio = await StartAsync(data: folder.Path))
            id = await studio.SongAsync();
        await File.WriteAllTextAsync(folder["songs/0123456789abcdef01234567.flac"], "half", Token);
        await File.WriteAllTextAsync(folder["songs/.x.flac.tmp"], "half", Token);
        await File.WriteAllTextAsync(folder["incoming/x"], "half", Token);
        await using var next = await StartAsync(data: folder.Path);
        Assert.Equal([$"{id}.flac"], Directory.GetFiles(folder["songs"]).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(folder["incoming"]));
        Assert.Equal(200, (int)(await next.Client.GetAsync($"/v1/songs/{id}/audio", Token)).StatusCode);
    }
}
