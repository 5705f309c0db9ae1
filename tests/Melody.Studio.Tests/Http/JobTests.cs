using System.Net.Http.Json;
using System.Text.Json;
using Melody.Audio;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>
/// Jobs over real HTTP: accepted, followed, cancelled, refused, and taken up again. The same holds wherever they are kept; a class for
/// each place runs these.
/// </summary>
public abstract class JobTests
{
    /// <summary>Starts a studio; one on the data folder of another goes on with that one's jobs.</summary>
    private protected abstract Task<TestStudio> StartAsync(
        FakeEngine? engine = null,
        string? data = null,
        Func<StudioOptions, StudioOptions>? change = null
    );

    [Fact]
    public async Task A_job_is_followed_to_its_songs()
    {
        await using var studio = await StartAsync();
        var id = await studio.SubmitAsync(
            new
            {
                prompt = "calm piano",
                seconds = 1,
                count = 3,
                seed = 5,
            }
        );
        var events = await studio.EventsAsync(id);
        Assert.Equal("end", events[^1].Kind);
        Assert.All(events.SkipLast(1), e => Assert.Equal("progress", e.Kind));
        var fractions = events.Select(e => e.Data.GetProperty("fraction").GetDouble()).ToList();
        Assert.Equal(fractions.Order(), fractions);
        var job = await studio.GetAsync($"/v1/jobs/{id}");
        Assert.Equal("done", job.GetProperty("state").GetString());
        Assert.Equal(1, job.GetProperty("fraction").GetDouble());
        var seeds = new List<long>();
        foreach (var song in job.GetProperty("songs").EnumerateArray())
        {
            var recipe = await studio.GetAsync($"/v1/songs/{song.GetString()}/recipe");
            seeds.Add(recipe.GetProperty("seed").GetInt64());
        }
        Assert.Equal([5, 6, 7], seeds);
        Assert.Equal(id, (await studio.GetAsync("/v1/jobs")).GetProperty("jobs")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_song_that_was_changed_keeps_the_tempo_of_the_song_before()
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync(
            new
            {
                prompt = "calm piano",
                seconds = 1,
                bpm = 90,
            }
        );
        foreach (
            var (verb, body) in new (string, object)[] { ("inpaint", new { from = 0.25, to = 0.5 }), ("continue", new { seconds = 1 }) }
        )
        {
            var job = await studio.EndOfAsync(await studio.SubmitAsync(body, path: $"/v1/songs/{id}/{verb}"));
            id = job.GetProperty("songs")[0].GetString();
            var recipe = await studio.GetAsync($"/v1/songs/{id}/recipe");
            Assert.Equal(90, recipe.GetProperty("bpm").GetDouble());
            Assert.Equal("calm piano", recipe.GetProperty("sourcePrompt").GetString());
        }
    }

    [Fact]
    public async Task The_stage_the_share_and_the_place_are_told_while_it_works()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        var first = await studio.SubmitAsync(new { prompt = "one", seconds = 1 });
        var second = await studio.SubmitAsync(new { prompt = "two", seconds = 1 });
        var third = await studio.SubmitAsync(new { prompt = "three", seconds = 1 });
        studio.Engine.Allow(4);
        await UntilAsync(() => studio.Engine.StepsMade == 4);
        JsonElement job;
        do job = await studio.GetAsync($"/v1/jobs/{first}");
        while (job.GetProperty("fraction").GetDouble() < 0.4);
        Assert.Equal("running", job.GetProperty("state").GetString());
        Assert.Equal("diffusion", job.GetProperty("stage").GetString());
        Assert.True(job.GetProperty("secondsLeft").GetDouble() >= 0);
        Assert.Equal(1, (await studio.GetAsync($"/v1/jobs/{second}")).GetProperty("place").GetInt32());
        Assert.Equal(2, (await studio.GetAsync($"/v1/jobs/{third}")).GetProperty("place").GetInt32());
        studio.Engine.Allow(26);
        Assert.Equal("done", (await studio.EndOfAsync(third)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_running_job_ends_within_a_step_and_the_next_one_begins()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        var running = await studio.SubmitAsync(new { prompt = "one", seconds = 1 });
        var waiting = await studio.SubmitAsync(new { prompt = "two", seconds = 1 });
        studio.Engine.Allow(3);
        await UntilAsync(() => studio.Engine.StepsMade == 3);
        using var answer = await studio.Client.DeleteAsync($"/v1/jobs/{running}", Token);
        var job = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("cancelled", job.GetProperty("state").GetString());
        await UntilAsync(() => studio.Engine.Begun.Count == 2);
        Assert.Equal(3, studio.Engine.StepsMade);
        studio.Engine.Allow();
        Assert.Equal("done", (await studio.EndOfAsync(waiting)).GetProperty("state").GetString());
        Assert.Equal(1, (await studio.GetAsync("/v1/songs")).GetProperty("songs").GetArrayLength());
        using var again = await studio.Client.DeleteAsync($"/v1/jobs/{running}", Token);
        Assert.Contains("cancelled", await RefusalAsync(again, 409), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_job_that_is_cancelled_is_never_begun()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        await studio.SubmitAsync(new { prompt = "one", seconds = 1 });
        var waiting = await studio.SubmitAsync(new { prompt = "two", seconds = 1 });
        var last = await studio.SubmitAsync(new { prompt = "three", seconds = 1 });
        using var answer = await studio.Client.DeleteAsync($"/v1/jobs/{waiting}", Token);
        Assert.Equal(200, (int)answer.StatusCode);
        studio.Engine.Allow(20);
        await studio.EndOfAsync(last);
        Assert.Equal(["one#0", "three#0"], studio.Engine.Begun);
    }

    [Fact]
    public async Task Two_clients_take_turns()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        await studio.SubmitAsync(new { prompt = "a1", seconds = 1 }, "a");
        await UntilAsync(() => studio.Engine.Begun.Count == 1);
        foreach (var prompt in new[] { "a2", "a3", "a4" })
            await studio.SubmitAsync(new { prompt, seconds = 1 }, "a");
        await studio.SubmitAsync(new { prompt = "b1", seconds = 1 }, "b");
        var last = await studio.SubmitAsync(new { prompt = "b2", seconds = 1 }, "b");
        studio.Engine.Allow(60);
        await UntilAsync(() => studio.Engine.Begun.Count == 6);
        await studio.EndOfAsync(last);
        Assert.Equal(["a1#0", "a2#0", "b1#0", "a3#0", "b2#0", "a4#0"], studio.Engine.Begun);
    }

    [Fact]
    public async Task Who_waits_gets_the_sound()
    {
        await using var studio = await StartAsync();
        using var response = await studio.PostAsync("/v1/music/generations?format=wav", new { prompt = "calm", seconds = 2 }, wait: true);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("audio/wav", response.Content.Headers.ContentType?.MediaType);
        var clip = AudioClip.Read(await response.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(2 * FakeEngine.Rate, clip.Frames);
        using var failed = await studio.PostAsync("/v1/music/generations", new { prompt = "a refused prompt" }, wait: true);
        Assert.Equal("The engine refuses this prompt.", await RefusalAsync(failed, 400));
        using var several = await studio.PostAsync("/v1/music/generations", new { prompt = "calm", count = 2 }, wait: true);
        await RefusalAsync(several, 400);
    }

    [Fact]
    public async Task Two_hundred_requests_at_once_are_made_or_told_to_come_back_none_lost_none_twice()
    {
        await using var studio = await StartAsync(change: options => options with { QueueCapacity = 40 });
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => studio.PostAsync("/v1/music/generations", new { prompt = $"p{i}", seconds = 0.1 }))
        );
        var accepted = new List<string>();
        foreach (var answer in answers)
        {
            if ((int)answer.StatusCode == 202)
                accepted.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!);
            else
            {
                Assert.Contains("try again", await RefusalAsync(answer, 429), StringComparison.Ordinal);
                Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            }
            answer.Dispose();
        }
        Assert.True(accepted.Count >= 30);
        foreach (var job in accepted)
            Assert.Equal("done", (await studio.EndOfAsync(job)).GetProperty("state").GetString());
        var made = new List<string>();
        for (string? after = null, path; ; )
        {
            path = "/v1/songs?limit=50" + (after is null ? "" : $"&after={after}");
            var page = await studio.GetAsync(path);
            made.AddRange(page.GetProperty("songs").EnumerateArray().Select(song => song.GetProperty("job").GetString()!));
            if (!page.TryGetProperty("next", out var next))
                break;
            after = next.GetString();
        }
        Assert.Equal(accepted.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
        Assert.Equal(accepted.Count, studio.Engine.Begun.Count);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_takes_again_when_there_is_room()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true }, change: options => options with { QueueCapacity = 2 });
        await studio.SubmitAsync(new { prompt = "one", seconds = 1 });
        await UntilAsync(() => studio.Engine.Begun.Count == 1);
        await studio.SubmitAsync(new { prompt = "two", seconds = 1 }, "a");
        await studio.SubmitAsync(new { prompt = "three", seconds = 1 }, "b");
        using var refused = await studio.PostAsync("/v1/music/generations", new { prompt = "four" }, "c");
        await RefusalAsync(refused, 429);
        studio.Engine.Allow(10);
        await UntilAsync(() => studio.Engine.Begun.Count == 2);
        await studio.SubmitAsync(new { prompt = "four", seconds = 1 }, "c");
    }

    [Fact]
    public async Task A_stop_in_good_order_leaves_the_jobs_to_the_next_start()
    {
        using var folder = new TemporaryFolder();
        string running,
            waiting;
        await using (var studio = await StartAsync(new FakeEngine { Held = true }, folder.Path))
        {
            running = await studio.SubmitAsync(
                new
                {
                    prompt = "one",
                    seconds = 1,
                    count = 2,
                }
            );
            waiting = await studio.SubmitAsync(new { prompt = "two", seconds = 1 });
            studio.Engine.Allow(13);
            await UntilAsync(() => studio.Engine.StepsMade == 13);
        }
        await using var next = await StartAsync(data: folder.Path);
        Assert.Equal(2, (await next.EndOfAsync(running)).GetProperty("songs").GetArrayLength());
        Assert.Equal("done", (await next.EndOfAsync(waiting)).GetProperty("state").GetString());
        Assert.Equal(["one#1", "two#0"], next.Engine.Begun); // the piece that was done is not made again
        Assert.Equal(3, (await next.GetAsync("/v1/songs")).GetProperty("songs").GetArrayLength());
    }
}
