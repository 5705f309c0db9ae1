using CsCheck;
using Melody.Studio.Jobs;
using Melody.Studio.Orders;
using Melody.Studio.Postgres;
using Melody.Studio.Store;
using Melody.Studio.Tests.Support;

namespace Melody.Studio.Tests.Postgres;

/// <summary>What a lease promises, on a real PostgreSQL.</summary>
public sealed class LeaseTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private PostgresDatabase _database = null!;
    private PostgresJobs _jobs = null!;
    private SqlStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = await PostgresServer.StartAsync();
        _database = await PostgresDatabase.OpenAsync(await server.NewDatabaseAsync(), TimeSpan.FromSeconds(20), Token);
        (_jobs, _store) = (new(_database), new(_database));
    }

    public ValueTask DisposeAsync() => _store is null ? ValueTask.CompletedTask : _store.DisposeAsync();

    private static JobRecord Job(string client = "a") =>
        new(TimedId.New(), client, new() { Task = OrderTask.Generate, Prompt = client }, JobState.Queued, DateTimeOffset.UnixEpoch);

    private static SongRecord Song(string job) =>
        new(TimedId.New(), "Rain", DateTimeOffset.UnixEpoch, 1, 8000, 1) { Origin = "generate", Job = job };

    private async Task<JobRecord> AdmitAsync(JobRecord? job = null)
    {
        job ??= Job();
        Assert.Null(await _jobs.AdmitAsync(job, 1000, 1000, Token));
        return job;
    }

    private async Task<LeasedJob> ClaimAsync(TimeSpan? time = null)
    {
        var job = await _jobs.ClaimAsync("worker", time ?? Long, Token);
        Assert.NotNull(job);
        return job;
    }

    // as if the worker had given no sign of life for its whole lease
    private Task<int> ExpireAsync() =>
        _database.ExecuteAsync("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE state = 'Running'", Token);

    private async Task<JobState> StateAsync(string id) => (await _store.FindJobAsync(id, Token))!.State;

    [Fact]
    public async Task A_job_is_taken_once_and_ended_once()
    {
        var job = await AdmitAsync();
        var taken = await ClaimAsync();
        Assert.Equal((job.Id, JobState.Running, 1), (taken.Record.Id, taken.Record.State, taken.Attempt));
        Assert.Null(await _jobs.ClaimAsync("other", Long, Token));
        Assert.True(await _jobs.EndAsync(taken.Lease, JobState.Done, null, Token));
        Assert.True(await _jobs.EndAsync(taken.Lease, JobState.Done, null, Token)); // the first answer may have been lost
        Assert.False(await _jobs.EndAsync(taken.Lease, JobState.Failed, "no", Token));
        Assert.Equal(JobState.Done, await StateAsync(job.Id));
        Assert.Empty(await _jobs.OpenJobsAsync(Token));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_keeps_nothing()
    {
        var job = await AdmitAsync();
        var first = await ClaimAsync();
        Assert.Equal(0, await _jobs.ReapAsync(5, Token));
        await ExpireAsync();
        Assert.Equal(1, await _jobs.ReapAsync(5, Token));
        Assert.False(await _jobs.RenewAsync(first.Lease, Long, null, Token));
        Assert.False(await _store.AddSongAsync(Song(job.Id), [], first.Lease, Token));
        var second = await ClaimAsync();
        Assert.Equal(2, second.Attempt);
        Assert.False(await _jobs.RenewAsync(first.Lease, Long, null, Token));
        Assert.False(await _store.AddSongAsync(Song(job.Id), [], first.Lease, Token));
        Assert.False(await _jobs.EndAsync(first.Lease, JobState.Done, null, Token));
        await _jobs.ReleaseAsync(first.Lease, Token);
        Assert.Equal(JobState.Running, await StateAsync(job.Id));
        var song = Song(job.Id);
        Assert.True(await _store.AddSongAsync(song, [], second.Lease, Token));
        Assert.True(await _jobs.EndAsync(second.Lease, JobState.Done, null, Token));
        Assert.False(await _store.AddSongAsync(Song(job.Id) with { Piece = 1 }, [], second.Lease, Token)); // it has ended
        Assert.Equal([song.Id], (await _store.SongsOfJobAsync(job.Id, Token)).Select(kept => kept.Id));
    }

    [Fact]
    public async Task A_lease_that_ran_out_but_was_not_taken_still_ends_its_job()
    {
        var job = await AdmitAsync();
        var taken = await ClaimAsync();
        await ExpireAsync();
        Assert.True(await _jobs.RenewAsync(taken.Lease, Long, new("diffusion", 0.5, 3), Token));
        Assert.Equal(0, await _jobs.ReapAsync(5, Token));
        Assert.Equal(new("diffusion", 0.5, 3), Assert.Single(await _jobs.OpenJobsAsync(Token)).Step);
        await ExpireAsync();
        Assert.True(await _jobs.EndAsync(taken.Lease, JobState.Done, null, Token));
        Assert.Equal(JobState.Done, await StateAsync(job.Id));
    }

    [Fact]
    public async Task A_job_whose_workers_end_again_and_again_fails_with_a_sentence()
    {
        var job = await AdmitAsync();
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(attempt, (await ClaimAsync()).Attempt);
            await ExpireAsync();
            Assert.Equal(1, await _jobs.ReapAsync(3, Token));
        }
        Assert.Null(await _jobs.ClaimAsync("worker", Long, Token));
        var failed = await _store.FindJobAsync(job.Id, Token);
        Assert.Equal(JobState.Failed, failed!.State);
        Assert.NotNull(failed.Finished);
        Assert.Contains("begun 3 times", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_is_handed_back_comes_first_and_counts_no_attempt()
    {
        var first = await AdmitAsync();
        await AdmitAsync(Job("b"));
        var taken = await ClaimAsync();
        await AdmitAsync();
        await _jobs.ReleaseAsync(taken.Lease, Token);
        Assert.Equal(first.Id, (await _jobs.OpenJobsAsync(Token))[0].Record.Id);
        var again = await ClaimAsync();
        Assert.Equal((first.Id, 1), (again.Record.Id, again.Attempt));
    }

    [Fact]
    public async Task A_cancelled_job_is_never_taken_and_a_running_one_loses_its_lease()
    {
        var (waiting, running) = (Job(), await AdmitAsync());
        var taken = await ClaimAsync();
        await AdmitAsync(waiting);
        var heard = new TaskCompletionSource<string>();
        using var ears = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var ready = new TaskCompletionSource();
        var listening = _jobs.ListenForWorkAsync(
            id =>
            {
                if (id is null)
                    ready.TrySetResult();
                else
                    heard.TrySetResult(id);
            },
            ears.Token
        );
        await ready.Task.WaitAsync(Token);
        Assert.True(await _jobs.CancelAsync(running.Id, Token));
        Assert.Equal(running.Id, await heard.Task.WaitAsync(Token));
        Assert.False(await _jobs.EndAsync(taken.Lease, JobState.Done, null, Token));
        Assert.True(await _jobs.CancelAsync(waiting.Id, Token));
        Assert.False(await _jobs.CancelAsync(waiting.Id, Token));
        Assert.Null(await _jobs.ClaimAsync("worker", Long, Token));
        Assert.Equal(JobState.Cancelled, await StateAsync(running.Id));
        await ears.CancelAsync();
        await listening;
    }

    /// <summary>The rule of the queue in memory, by hand and drawn at random: clients take turns, their jobs keep their order.</summary>
    [Theory]
    [InlineData("aaaa", "aaaa")]
    [InlineData("aaab", "abaa")]
    [InlineData("aaabbc", "abcaba")]
    [InlineData("bbaac", "bacba")]
    public async Task Clients_take_turns(string coming, string going)
    {
        foreach (char client in coming)
            await AdmitAsync(Job($"{client}"));
        var told = await _jobs.OpenJobsAsync(Token);
        Assert.Equal(going, string.Concat(told.Select(job => job.Record.Client)));
        foreach (var job in told)
            Assert.Equal(job.Record.Id, (await ClaimAsync()).Record.Id);
    }

    [Fact]
    public void The_order_is_that_of_the_queue_in_memory_also_when_jobs_come_and_go_in_turn() =>
        // a letter: a job of that client comes; a sign: the next one is taken
        Gen.OneOf(Gen.Char['a', 'd'], Gen.Const('-'))
            .Array[30]
            .Sample(moves => FollowAsync(moves).GetAwaiter().GetResult(), iter: 5, threads: 1);

    private async Task FollowAsync(char[] moves)
    {
        await _database.ExecuteAsync("DELETE FROM jobs; DELETE FROM clients", Token);
        using var memory = new JobQueue(1000);
        foreach (char move in moves)
            if (move != '-')
                memory.Enqueue(new(await AdmitAsync(Job($"{move}"))));
            else if (memory.Count > 0)
                Assert.Equal((await memory.DequeueAsync(Token)).Id, (await ClaimAsync()).Record.Id);
        var told = (await _jobs.OpenJobsAsync(Token)).Where(job => job.Record.State == JobState.Queued).Select(job => job.Record.Id);
        Assert.Equal(memory.InOrder().Select(ticket => ticket.Id), told);
    }

    [Fact]
    public async Task Twenty_workers_at_once_take_each_job_once_and_leave_none()
    {
        for (int i = 0; i < 60; i++)
            await AdmitAsync(Job($"{"abc"[i % 3]}"));
        var taken = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var mine = new List<string>();
                        while (await _jobs.ClaimAsync("worker", Long, Token) is { } job)
                            mine.Add(job.Record.Id);
                        return mine;
                    })
                )
        );
        Assert.Equal(60, taken.Sum(mine => mine.Count));
        Assert.Equal(60, taken.SelectMany(mine => mine).Distinct().Count());
    }

    [Fact]
    public async Task The_queue_is_bounded_as_a_whole_and_for_each_client_however_many_come_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _jobs.AdmitAsync(Job(), 8, 6, Token)));
        Assert.Equal(6, answers.Count(answer => answer is null));
        Assert.All(answers.Where(answer => answer is not null), answer => Assert.Equal(6, answer));
        Assert.Null(await _jobs.AdmitAsync(Job("b"), 8, 6, Token));
        var last = Job("c");
        Assert.Null(await _jobs.AdmitAsync(last, 8, 6, Token));
        Assert.Null(await _jobs.AdmitAsync(last, 8, 6, Token)); // said twice, kept once
        Assert.Equal(8, await _jobs.AdmitAsync(Job("d"), 8, 6, Token));
        Assert.Equal(8, (await _jobs.OpenJobsAsync(Token)).Count);
    }
}
