using Melody.Studio.Engine;
using Melody.Studio.Jobs;
using Melody.Studio.Orders;
using Melody.Studio.Songs;
using Melody.Studio.Store;

namespace Melody.Studio.Page;

/// <summary>
/// What one open page shows, and what can be done on it. One a browser tab; all of its members are used on the tab's own thread.
/// </summary>
internal sealed class StudioSession(IJobBoard board, SongLibrary library, IMusicEngine engine, UploadLimits uploads)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private const int PageSize = 100;

    private readonly string _client = $"page-{Guid.NewGuid():N}"[..13];
    private readonly Stack<string> _deleted = new();
    private readonly HashSet<string> _mine = new(StringComparer.Ordinal);

    /// <summary>Something to show has changed.</summary>
    public event Action? Changed;

    /// <summary>How often it has changed.</summary>
    public long Version { get; private set; }

    /// <summary>The model that makes the music.</summary>
    public string Model => engine.Info.Trained ? engine.Info.Model : $"{engine.Info.Model}: untrained, makes noise";

    /// <summary>Whether songs and jobs were read.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>The songs that are listed.</summary>
    public IReadOnlyList<SongRecord> Songs { get; private set; } = [];

    /// <summary>Whether there are more than are listed.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Jobs that have not ended, in their order.</summary>
    public IReadOnlyList<JobView> Jobs { get; private set; } = [];

    /// <summary>The song in the player.</summary>
    public SongRecord? Selected { get; private set; }

    /// <summary>The song that the selected one replaces a passage of, for as long as the choice between them is open.</summary>
    public SongRecord? Before { get; private set; }

    /// <summary>Whether the player should start as soon as it has the song.</summary>
    public bool StartPlaying { get; set; }

    /// <summary>Words to look for.</summary>
    public string Search { get; private set; } = "";

    /// <summary>Whether only favourites are listed.</summary>
    public bool FavouritesOnly { get; private set; }

    /// <summary>Whether the trash is listed.</summary>
    public bool Trash { get; private set; }

    /// <summary>Whether not all songs are listed.</summary>
    public bool IsFiltered => Search.Length > 0 || FavouritesOnly || Trash;

    /// <summary>What an upload may be.</summary>
    public UploadLimits Uploads => uploads;

    /// <summary>Whether pieces can be heard while they are made.</summary>
    public bool CanBeHeard => board.CanBeHeard;

    /// <summary>What is read from a prompt.</summary>
    public PromptUnderstanding Understand(string prompt) => engine.Understand(prompt);

    /// <summary>Follows jobs and songs until the page is closed.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        library.Changed += OnSong;
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var change = board.NextChange;
                await RefreshAsync(cancellation);
                await change.WaitAsync(cancellation);
                await Task.Delay(Pause, cancellation); // many steps are one picture
            }
        }
        catch (OperationCanceledException) { } // the page is closed
        finally
        {
            library.Changed -= OnSong;
        }
    }

    /// <summary>Reads songs and jobs again.</summary>
    public async Task RefreshAsync(CancellationToken cancellation = default)
    {
        var query = new SongQuery
        {
            Search = Search,
            FavouritesOnly = FavouritesOnly,
            Trashed = Trash,
            Limit = PageSize + 1,
        };
        var songs = await library.ListAsync(query, cancellation);
        (Songs, HasMore) = ([.. songs.Take(PageSize)], songs.Count > PageSize);
        Jobs = board.OpenJobs();
        if (Selected is { } selected)
            Selected = await library.FindAsync(selected.Id, cancellation);
        await TakeUpAsync(cancellation);
        IsLoaded = true;
        Tell();
    }

    /// <summary>Orders music.</summary>
    /// <exception cref="MelodyException">It cannot be made.</exception>
    /// <exception cref="QueueFullException">The queue is full.</exception>
    public async Task<JobView> SubmitAsync(MusicOrder order)
    {
        var job = await board.SubmitAsync(order, _client, CancellationToken.None);
        _mine.Add(job.Id);
        await RefreshAsync();
        return job;
    }

    /// <summary>Ends a job.</summary>
    public async Task CancelAsync(string job)
    {
        await board.CancelAsync(job, CancellationToken.None);
        await RefreshAsync();
    }

    /// <summary>Lists other songs.</summary>
    public Task FilterAsync(string? search = null, bool? favouritesOnly = null, bool? trash = null)
    {
        (Search, FavouritesOnly, Trash) = (search ?? Search, favouritesOnly ?? FavouritesOnly, trash ?? Trash);
        return RefreshAsync();
    }

    /// <summary>Puts a song into the player.</summary>
    public void Select(SongRecord? song, bool play = false)
    {
        (Selected, Before, StartPlaying) = (song, null, play);
        Tell();
    }

    /// <summary>The outline of a song.</summary>
    public Task<double[]> WaveformAsync(string id) => library.WaveformAsync(id, Peaks.Count, CancellationToken.None);

    /// <summary>Changes title, favourite or tags.</summary>
    /// <exception cref="MelodyException">A text cannot be used.</exception>
    public async Task EditAsync(string id, SongEdit edit)
    {
        await library.EditAsync(id, edit, CancellationToken.None);
        await RefreshAsync();
    }

    /// <summary>Puts a song into the trash; <see cref="UndoAsync"/> takes it out again.</summary>
    public async Task DeleteAsync(string id)
    {
        await library.TrashAsync(id, CancellationToken.None);
        _deleted.Push(id);
        if (Selected?.Id == id)
            Select(null);
        await RefreshAsync();
    }

    /// <summary>Takes the song out of the trash that was put there last.</summary>
    public async Task UndoAsync()
    {
        if (_deleted.TryPop(out var id))
            await RestoreAsync(id);
    }

    /// <summary>Takes a song out of the trash.</summary>
    public async Task RestoreAsync(string id)
    {
        await library.RestoreAsync(id, CancellationToken.None);
        await RefreshAsync();
    }

    /// <summary>Takes in somebody's own music.</summary>
    /// <returns>A sentence on what was changed of it; null for nothing.</returns>
    /// <exception cref="MelodyException">The file is not sound, or exceeds the limits.</exception>
    /// <exception cref="UploadTooLargeException">It has too many bytes.</exception>
    public async Task<string?> UploadAsync(Stream content, string name)
    {
        var uploaded = await library.UploadAsync(content, name, CancellationToken.None);
        Select(uploaded.Song);
        await RefreshAsync();
        return uploaded.Remark;
    }

    /// <summary>Keeps the remade passage: the choice is closed.</summary>
    public void Keep()
    {
        Before = null;
        Tell();
    }

    /// <summary>Discards the remade passage and returns to the song as it was.</summary>
    public async Task DiscardAsync()
    {
        if (Selected is not { } remade || Before is not { } before)
            return;
        Select(before);
        await library.TrashAsync(remade.Id, CancellationToken.None);
        _deleted.Push(remade.Id);
        await RefreshAsync();
    }

    private void Tell()
    {
        Version++;
        Changed?.Invoke();
    }

    private void OnSong(string id) => board.Beat();

    // what this page ordered comes into the player when it is made, unless something is being heard
    private async Task TakeUpAsync(CancellationToken cancellation)
    {
        foreach (var id in _mine.Where(id => !board.IsOpen(id)).ToList())
        {
            _mine.Remove(id);
            if (await board.FindAsync(id, cancellation) is not { State: JobState.Done, Songs: [var first, ..] } job)
                continue;
            if (await library.FindAsync(first, cancellation) is not { Trashed: null } song)
                continue;
            var source = job.Task == OrderTask.Inpaint && job.Source is { } from ? await library.FindAsync(from, cancellation) : null;
            (Selected, Before) = (song, source);
        }
    }
}
