using Melody.Studio.Orders;
using Melody.Studio.Store;

namespace Melody.Studio.Tests.Store;

/// <summary>What every store promises; a class for each store runs them.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private IStudioStore _store = null!;

    /// <summary>Opens the store, the same one each time.</summary>
    private protected abstract Task<IStudioStore> OpenAsync();

    /// <summary>The store, open.</summary>
    private protected IStudioStore Store => _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = await OpenAsync();
    }

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private static JobRecord Job(JobState state = JobState.Queued) =>
        new(
            TimedId.New(),
            "client",
            new()
            {
                Task = OrderTask.Inpaint,
                Prompt = "slow 'piano'; DROP TABLE jobs --",
                Source = TimedId.New(),
                From = 1.5,
                To = 2.25,
                Count = 3,
                Settings = new()
                {
                    Seed = 7,
                    Bpm = 92.5,
                    Key = "A minor",
                },
            },
            state,
            At(10)
        );

    private static SongRecord Song(string title = "Rain", params string[] tags) =>
        new(TimedId.New(), title, At(20), 12.5, 24000, 2)
        {
            Origin = "upload",
            Bytes = 1234,
            Prompt = "calm",
            Recipe = "{}",
            Source = "abc",
            Job = TimedId.New(),
            Piece = 2,
            Tags = tags,
        };

    private async Task<SongRecord> AddedAsync(SongRecord song)
    {
        Assert.True(await _store.AddSongAsync(song, [1, 2], null, Token));
        return song;
    }

    private async Task<List<string>> TitlesAsync(SongQuery query) =>
        [.. (await _store.ListSongsAsync(query, Token)).Select(song => song.Title)];

    [Fact]
    public async Task A_job_comes_back_as_it_was_kept_also_by_the_next_process()
    {
        var job = Job();
        await _store.AddJobAsync(job, Token);
        Assert.Equal(job, await _store.FindJobAsync(job.Id, Token));
        var ended = job with { State = JobState.Failed, Started = At(11), Finished = At(12), Error = "It rained." };
        await _store.UpdateJobAsync(ended, Token);
        await ReopenAsync();
        Assert.Equal(ended, await _store.FindJobAsync(job.Id, Token));
        Assert.Null(await _store.FindJobAsync(TimedId.New(), Token));
    }

    [Fact]
    public async Task Unfinished_jobs_come_in_the_order_in_which_they_were_added()
    {
        var jobs = new[] { JobState.Queued, JobState.Done, JobState.Running, JobState.Failed, JobState.Cancelled, JobState.Queued }
            .Select(Job)
            .ToList();
        foreach (var job in jobs)
            await _store.AddJobAsync(job, Token);
        Assert.Equal([jobs[0], jobs[2], jobs[5]], await _store.UnfinishedJobsAsync(Token));
        Assert.Equal([jobs[5], jobs[4]], await _store.RecentJobsAsync(2, Token));
    }

    [Fact]
    public async Task A_song_comes_back_as_it_was_kept_also_by_the_next_process()
    {
        var song = await AddedAsync(Song("Rain", "calm", "O'Brien \"x\""));
        await ReopenAsync();
        var found = await _store.FindSongAsync(song.Id, Token);
        Assert.Equal(song.Tags, found!.Tags);
        Assert.Equal(song, found with { Tags = song.Tags });
        Assert.Equal([1, 2], await _store.PeaksAsync(song.Id, Token));
        Assert.Equal([song.Id], await _store.SongIdsAsync(Token));
    }

    [Fact]
    public async Task A_piece_of_a_job_is_kept_once_and_uploads_have_no_job()
    {
        var song = await AddedAsync(Song());
        Assert.False(await _store.AddSongAsync(song with { Id = TimedId.New() }, [], null, Token));
        await AddedAsync(song with { Id = TimedId.New(), Piece = 1 });
        Assert.Equal([1, 2], (await _store.SongsOfJobAsync(song.Job!, Token)).Select(s => s.Piece));
        await AddedAsync(Song() with { Job = null });
        await AddedAsync(Song() with { Job = null });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_added_a_second_time_stays_as_it_is(bool upload)
    {
        var job = Job();
        await _store.AddJobAsync(job, Token);
        await _store.AddJobAsync(job with { State = JobState.Done }, Token);
        Assert.Equal([job], await _store.RecentJobsAsync(10, Token));

        var song = await AddedAsync(upload ? Song() with { Job = null } : Song());
        Assert.False(await _store.AddSongAsync(song with { Title = "Sun" }, [3], null, Token));
        Assert.Equal(["Rain"], await TitlesAsync(new()));
        Assert.Equal([1, 2], await _store.PeaksAsync(song.Id, Token));
    }

    [Fact]
    public async Task Changes_are_kept_and_songs_that_are_not_there_cannot_be_changed()
    {
        var song = await AddedAsync(Song());
        var changed = song with { Title = "Sun", Favourite = true, Tags = ["a", "b"], Trashed = At(30) };
        Assert.True(await _store.UpdateSongAsync(changed, Token));
        var found = await _store.FindSongAsync(song.Id, Token);
        Assert.Equal(changed, found! with { Tags = changed.Tags });
        Assert.True(await _store.RemoveSongAsync(song.Id, Token));
        Assert.False(await _store.UpdateSongAsync(changed, Token));
        Assert.False(await _store.RemoveSongAsync(song.Id, Token));
        Assert.Null(await _store.FindSongAsync(song.Id, Token));
        Assert.Null(await _store.PeaksAsync(song.Id, Token));
    }

    [Fact]
    public async Task Songs_are_listed_newest_first_page_by_page()
    {
        for (int i = 0; i < 5; i++)
            await AddedAsync(Song($"{i}"));
        var first = await _store.ListSongsAsync(new() { Limit = 2 }, Token);
        Assert.Equal(["4", "3"], first.Select(song => song.Title));
        Assert.Equal(["2", "1"], await TitlesAsync(new() { Limit = 2, After = first[1].Id }));
    }

    [Fact]
    public async Task The_search_looks_for_every_word_in_title_prompt_and_tags_and_takes_signs_for_signs()
    {
        await AddedAsync(Song("Slow rain", "evening"));
        await AddedAsync(Song("100 % sun"));
        await AddedAsync(Song("snow_man"));
        Assert.Equal(["Slow rain"], await TitlesAsync(new() { Search = "RAIN even" }));
        Assert.Equal(["Slow rain"], await TitlesAsync(new() { Search = "calm slow" }));
        Assert.Empty(await TitlesAsync(new() { Search = "rain sun" }));
        Assert.Equal(["100 % sun"], await TitlesAsync(new() { Search = "%" }));
        Assert.Equal(["snow_man"], await TitlesAsync(new() { Search = "w_m" }));
        Assert.Empty(await TitlesAsync(new() { Search = "' OR 1=1 --" }));
    }

    [Fact]
    public async Task Favourites_tags_and_trash_filter()
    {
        await AddedAsync(Song("plain"));
        await AddedAsync(Song("tagged", "calm") with { Favourite = true });
        await AddedAsync(Song("gone", "calm") with { Trashed = At(1) });
        Assert.Equal(["tagged"], await TitlesAsync(new() { FavouritesOnly = true }));
        Assert.Equal(["tagged"], await TitlesAsync(new() { Tag = "calm" }));
        Assert.Empty(await TitlesAsync(new() { Tag = "cal" }));
        Assert.Equal(["gone"], await TitlesAsync(new() { Trashed = true }));
        Assert.Equal(["tagged", "plain"], await TitlesAsync(new()));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => _store.AddJobAsync(Job(), Token))));
        Assert.Equal(40, (await _store.UnfinishedJobsAsync(Token)).Count);
    }
}
