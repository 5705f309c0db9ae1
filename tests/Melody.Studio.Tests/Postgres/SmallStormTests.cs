using System.Diagnostics;
using Melody.Audio;
using Melody.Studio.Postgres;
using Melody.Studio.Store;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Postgres;

/// <summary>
/// The small form of tools/storm.sh: a front end, worker processes one of which is killed, and a restart of the database.
/// </summary>
public sealed class SmallStormTests
{
    private const int Jobs = 10;

    [Fact]
    public async Task Every_job_is_done_once_though_a_worker_is_killed_and_the_database_restarted()
    {
        var server = await PostgresServer.StartAsync();
        var address = await server.NewDatabaseAsync();
        using var folder = new TemporaryFolder();
        using var engine = new FakeEngine();
        await using var front = await StartAsync(engine, change: options =>
            options with
            {
                Database = address,
                Sounds = folder["sounds"],
                MakesMusic = false,
            }
        );
        var jobs = new List<string>();
        for (int i = 0; i < Jobs; i++)
            jobs.Add(
                await front.SubmitAsync(
                    new
                    {
                        prompt = $"p{i}",
                        seconds = i == 0 ? 600 : 1, // the first one lasts until its worker is killed
                        steps = i == 0 ? 1000 : 1,
                        seed = i,
                    },
                    $"{"ab"[i % 2]}"
                )
            );
        using Process first = Worker(address, folder["sounds"]),
            second = Worker(address, folder["sounds"]);
        while (await StateAsync(front, jobs[0]) != "running")
            await Task.Delay(20, Token);
        await using var database = await PostgresDatabase.OpenAsync(address, TimeSpan.FromSeconds(20), Token);
        var holder = (string)(await database.ScalarAsync("SELECT worker FROM jobs WHERE id = @id", Token, ("@id", jobs[0])))!;
        var (victim, survivor) = holder.EndsWith($"-{first.Id}", StringComparison.Ordinal) ? (first, second) : (second, first);
        // for its next worker the job is short: what is tried is who ends it
        await database.ExecuteAsync(
            "UPDATE jobs SET music = replace(replace(music, '600', '1'), '1000', '1') WHERE id = @id",
            Token,
            ("@id", jobs[0])
        );
        victim.Kill();
        await victim.WaitForExitAsync(Token);
        while (await StateAsync(front, jobs[2]) != "done")
            await Task.Delay(20, Token);
        await server.RestartAsync();
        foreach (var job in jobs)
            Assert.Equal("done", (await front.EndOfAsync(job)).GetProperty("state").GetString());
        survivor.Kill();

        Assert.Empty(engine.Begun); // the front end made nothing
        var songs = (await front.GetAsync("/v1/songs")).GetProperty("songs").EnumerateArray().ToList();
        Assert.Equal(
            jobs.Order(StringComparer.Ordinal),
            songs.Select(song => song.GetProperty("job").GetString()).Order(StringComparer.Ordinal)
        );
        foreach (var song in songs)
            Assert.Equal(1, AudioClip.Read(Path.Combine(folder["sounds"], $"{song.GetProperty("id").GetString()}.flac")).Seconds, 0.01);
        var order = await database.ReadAsync("SELECT id FROM jobs ORDER BY begun", row => row.GetString(0), Token);
        // two clients in turn; the first two jobs may be taken at one moment
        Assert.Equal(jobs.Chunk(2).Select(Pair), order.Chunk(2).Select(Pair));
        Assert.True((int)(await database.ScalarAsync("SELECT attempts FROM jobs WHERE id = @id", Token, ("@id", jobs[0])))! >= 2);
    }

    [Fact]
    public async Task Work_and_ears_outlive_a_restart_of_the_database()
    {
        var server = await PostgresServer.StartAsync();
        await using var database = await PostgresDatabase.OpenAsync(await server.NewDatabaseAsync(), TimeSpan.FromSeconds(20), Token);
        var jobs = new PostgresJobs(database);
        int times = 0;
        using var ears = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var listening = jobs.ListenForChangesAsync(() => Interlocked.Increment(ref times), ears.Token);
        await UntilAsync(() => Volatile.Read(ref times) == 1); // it listens
        await server.RestartAsync();
        await UntilAsync(() => Volatile.Read(ref times) == 2); // it listens again
        var job = new JobRecord(TimedId.New(), "a", new() { Task = Orders.OrderTask.Generate }, JobState.Queued, DateTimeOffset.UnixEpoch);
        Assert.Null(await jobs.AdmitAsync(job, 8, 8, Token));
        await UntilAsync(() => Volatile.Read(ref times) == 3); // and hears
        await server.RestartAsync();
        Assert.Equal(job.Id, (await jobs.ClaimAsync("worker", TimeSpan.FromMinutes(1), Token))!.Record.Id);
        await ears.CancelAsync();
        await listening;
    }

    private static string Pair(string[] jobs) => string.Join(' ', jobs.Order(StringComparer.Ordinal));

    private static Process Worker(DatabaseAddress address, string sounds)
    {
        string[] arguments =
        [
            "worker",
            "--database",
            PostgresServer.TextOf(address),
            "--sounds",
            sounds,
            "--lease",
            "2",
            "--attempts", // on a machine that is busy elsewhere leases run out that need not
            "50",
            "--threads",
            "1",
            "--device",
            "cpu",
            "--untrained",
            "test",
        ];
        var process = Process.Start(ServerProcess.Command(arguments))!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<string?> StateAsync(TestStudio studio, string job) =>
        (await studio.GetAsync($"/v1/jobs/{job}")).GetProperty("state").GetString();
}
