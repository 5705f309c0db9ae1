using System.Diagnostics;
using System.Text.Json;
using Melody.Audio;
using Melody.Studio.Engine;
using Melody.Studio.Orders;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>The studio with the networks of the library, untrained and small, and as a process that is killed.</summary>
public sealed class EngineTests
{
    private sealed class Nobody : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) { }
    }

    [Fact]
    public async Task A_piece_is_that_of_the_library_and_is_heard_while_it_is_made()
    {
        using var model = MusicModel.CreateUntrained("test", seed: 3, new() { Threads = 1 });
        var order = new MusicOrder
        {
            Task = OrderTask.Generate,
            Prompt = "a waltz",
            Settings = new()
            {
                Seconds = 14,
                Seed = 4,
                Steps = 2,
            },
        };
        var heard = new List<float>();
        int chunks = 0;
        var made = await new MelodyEngine(model).MakeAsync(
            order,
            0,
            null,
            new Nobody(),
            samples =>
            {
                heard.AddRange(samples.Span);
                chunks++;
            },
            Token
        );
        var expected = await new MusicGenerator(model).GenerateAsync("a waltz", order.OptionsOf(0), cancellation: Token);
        Assert.Equal(expected.Audio.Samples.ToArray(), made.Audio.Samples.ToArray());
        Assert.Equal(expected.Recipe, made.Recipe);
        Assert.True(chunks > 1);
        Assert.Equal(made.Audio.Frames, heard.Count);
    }

    [Fact]
    public async Task Every_task_makes_a_song_of_the_length_that_was_asked_for()
    {
        using var model = MusicModel.CreateUntrained("test", seed: 3, new() { Threads = 1 });
        await using var studio = await StartAsync(new MelodyEngine(model));
        var first = await studio.SongAsync(
            new
            {
                prompt = "slow piano, 70 bpm",
                seconds = 3,
                steps = 2,
                seed = 1,
            }
        );
        (string Verb, object Body, double Seconds)[] cases =
        [
            ("continue", new { seconds = 2, steps = 2 }, 5),
            ("prepend", new { seconds = 2, steps = 2 }, 5),
            (
                "inpaint",
                new
                {
                    from = 1,
                    to = 2,
                    steps = 2,
                },
                3
            ),
            ("like", new { seconds = 2, steps = 2 }, 2),
            ("loop", new { steps = 2 }, 3),
        ];
        foreach (var (verb, body, seconds) in cases)
        {
            var job = await studio.EndOfAsync(await studio.SubmitAsync(body, path: $"/v1/songs/{first}/{verb}"));
            Assert.True(job.GetProperty("state").GetString() == "done", job.ToString());
            var song = await studio.GetAsync($"/v1/songs/{job.GetProperty("songs")[0].GetString()}");
            Assert.Equal(seconds, song.GetProperty("seconds").GetDouble(), 0.05);
        }
        var reading = await studio.GetAsync("/v1/prompts/reading?prompt=solo%20piano%20in%20A%20minor,%2070%20bpm");
        Assert.Equal(["70 bpm", "A minor", "piano alone"], reading.GetProperty("asked").EnumerateArray().Select(part => part.GetString()));
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_process_is_killed_in_the_middle_of_a_job()
    {
        using var folder = new TemporaryFolder();
        string running,
            waiting,
            song;
        using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            song = await server.PostAsync("""{ "prompt": "one", "seconds": 1, "steps": 1 }""");
            while (await server.StateAsync(song) is not "done") { }
            running = await server.PostAsync("""{ "prompt": "two", "seconds": 600, "steps": 1000 }""");
            waiting = await server.PostAsync("""{ "prompt": "three", "seconds": 1, "steps": 1, "seed": 9 }""");
            while (await server.StateAsync(running) is not "running") { }
            server.Kill();
        }
        Assert.Single(Directory.GetFiles(folder["songs"], "*.flac"));
        using var next = await ServerProcess.StartAsync(folder.Path);
        Assert.Equal("done", await next.StateAsync(song));
        Assert.Equal("queued", await next.StateAsync(waiting));
        while (await next.StateAsync(running) is not "running") { }
        using var cancelled = await next.Client.DeleteAsync($"/v1/jobs/{running}", Token);
        Assert.True(cancelled.IsSuccessStatusCode);
        while (await next.StateAsync(waiting) is not "done") { }
        var songs = JsonSerializer.Deserialize<JsonElement>(await next.Client.GetStringAsync("/v1/songs", Token)).GetProperty("songs");
        Assert.Equal([waiting, song], songs.EnumerateArray().Select(s => s.GetProperty("job").GetString()));
        foreach (var file in Directory.GetFiles(folder["songs"]))
            Assert.Equal(1, AudioClip.Read(file).Seconds, 0.01);
    }
}
