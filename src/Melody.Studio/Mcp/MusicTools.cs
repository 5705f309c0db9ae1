using System.ComponentModel;
using Melody.Studio.Jobs;
using Melody.Studio.Orders;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Melody.Studio.Mcp;

/// <summary>
/// The studio as tools of the Model Context Protocol. Tools that make music return once it is made, tell their progress meanwhile, and end
/// the work when the caller cancels.
/// </summary>
[McpServerToolType]
internal sealed class MusicTools(IJobBoard board, SongLibrary library, McpPlace place)
{
    private const int MostSongs = 100;

    /// <summary>New music.</summary>
    [McpServerTool(Name = "generate_music", UseStructuredContent = true)]
    [Description("Makes a piece of music from a description in words, and adds it to the library.")]
    public Task<SongAnswer> GenerateAsync(
        [Description("What the music is like, such as 'slow sad piano in A minor, 70 bpm'.")] string prompt,
        IProgress<ProgressNotificationValue> progress,
        CancellationToken cancellation,
        [Description("Length in seconds; 10 by default.")] double? seconds = null,
        [Description("The same seed makes the same music; drawn when not given.")] long? seed = null
    ) =>
        MakeAsync(
            new()
            {
                Task = OrderTask.Generate,
                Prompt = prompt,
                Settings = new() { Seconds = seconds, Seed = seed },
            },
            progress,
            cancellation
        );

    /// <summary>More of a song.</summary>
    [McpServerTool(Name = "continue_music", UseStructuredContent = true)]
    [Description("Continues a song from its end; the result is a new song that begins with the old one.")]
    public Task<SongAnswer> ContinueAsync(
        [Description("Id of the song.")] string song,
        IProgress<ProgressNotificationValue> progress,
        CancellationToken cancellation,
        [Description("How many seconds to add; 10 by default.")] double? seconds = null,
        [Description("Where the music should go; more of the same when not given.")] string? prompt = null,
        [Description("The same seed makes the same music; drawn when not given.")] long? seed = null
    ) =>
        MakeAsync(
            new()
            {
                Task = OrderTask.Continue,
                Source = song,
                Prompt = prompt,
                Settings = new() { Seconds = seconds, Seed = seed },
            },
            progress,
            cancellation
        );

    /// <summary>A passage, remade.</summary>
    [McpServerTool(Name = "remake_passage", UseStructuredContent = true)]
    [Description("Makes a passage of a song again, differently; the rest stays. The result is a new song.")]
    public Task<SongAnswer> RemakeAsync(
        [Description("Id of the song.")] string song,
        [Description("Where the passage begins, in seconds.")] double from,
        [Description("Where the passage ends, in seconds.")] double to,
        IProgress<ProgressNotificationValue> progress,
        CancellationToken cancellation,
        [Description("What the passage should be like; like the song when not given.")] string? prompt = null,
        [Description("The same seed makes the same music; drawn when not given.")] long? seed = null
    ) =>
        MakeAsync(
            new()
            {
                Task = OrderTask.Inpaint,
                Source = song,
                From = from,
                To = to,
                Prompt = prompt,
                Settings = new() { Seed = seed },
            },
            progress,
            cancellation
        );

    /// <summary>A loop.</summary>
    [McpServerTool(Name = "make_loop", UseStructuredContent = true)]
    [Description(
        "Makes a loop from a song, whose end leads into its beginning; with a tempo it is cut to whole bars. The result is a new song."
    )]
    public Task<SongAnswer> LoopAsync(
        [Description("Id of the song.")] string song,
        IProgress<ProgressNotificationValue> progress,
        CancellationToken cancellation,
        [Description("Tempo in beats a minute, 40 to 240.")] double? bpm = null,
        [Description("Metre such as '3/4'; 4/4 when not given.")] string? metre = null,
        [Description("The same seed makes the same music; drawn when not given.")] long? seed = null
    ) =>
        MakeAsync(
            new()
            {
                Task = OrderTask.Loop,
                Source = song,
                Settings = new()
                {
                    Bpm = bpm,
                    Metre = metre,
                    Seed = seed,
                },
            },
            progress,
            cancellation
        );

    /// <summary>The library.</summary>
    [McpServerTool(Name = "list_songs", UseStructuredContent = true, ReadOnly = true)]
    [Description("Lists the songs of the library, newest first.")]
    public async Task<SongList> ListAsync(
        CancellationToken cancellation,
        [Description("Words that occur in title, prompt or tags.")] string? search = null,
        [Description("How many at most, 1 to 100; 20 by default.")] int limit = 20
    )
    {
        var query = new SongQuery { Search = search, Limit = Math.Clamp(limit, 1, MostSongs) };
        var songs = await library.ListAsync(query, cancellation).ConfigureAwait(false);
        var answers = new List<SongAnswer>();
        foreach (var song in songs)
            answers.Add(await AnswerAsync(song, cancellation).ConfigureAwait(false));
        return new(answers);
    }

    /// <summary>A song.</summary>
    [McpServerTool(Name = "get_song", UseStructuredContent = true, ReadOnly = true)]
    [Description("Describes a song: title, prompt, length, recipe, and where its sound is.")]
    public async Task<SongAnswer> GetAsync([Description("Id of the song.")] string song, CancellationToken cancellation) =>
        await AnswerAsync(
                await library.FindAsync(song, cancellation).ConfigureAwait(false) ?? throw new McpException("No song has this id."),
                cancellation
            )
            .ConfigureAwait(false);

    private async Task<SongAnswer> MakeAsync(
        MusicOrder order,
        IProgress<ProgressNotificationValue> progress,
        CancellationToken cancellation
    )
    {
        JobView job;
        try
        {
            job = await board.SubmitAsync(order, place.Client, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MelodyException or QueueFullException)
        {
            throw new McpException(e.Message, e);
        }
        try
        {
            await foreach (var now in board.WatchAsync(job.Id, cancellation).ConfigureAwait(false))
            {
                job = now;
                progress.Report(
                    new()
                    {
                        Progress = (float)now.Fraction,
                        Total = 1,
                        Message = now.Stage,
                    }
                );
            }
        }
        catch (OperationCanceledException)
        {
            await board.CancelAsync(job.Id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        if (job is not { State: JobState.Done, Songs: [var id] })
            throw new McpException(job.Error ?? "The job was cancelled.");
        return await GetAsync(id, cancellation).ConfigureAwait(false);
    }

    private async Task<SongAnswer> AnswerAsync(SongRecord song, CancellationToken cancellation) =>
        new(
            song.Id,
            song.Title,
            song.Prompt,
            song.Origin,
            Math.Round(song.Seconds, 3),
            song.Created,
            song.Favourite,
            song.Tags,
            song.Recipe,
            place.IsLocal ? await library.PathAsync(song, cancellation).ConfigureAwait(false) : $"/v1/songs/{song.Id}/audio"
        );
}

/// <summary>Where the client of a session is.</summary>
/// <param name="IsLocal">Whether it can open files of this machine.</param>
/// <param name="Client">Whose turn its jobs take.</param>
internal sealed record McpPlace(bool IsLocal, string Client);

/// <summary>A song, for agents.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">For people.</param>
/// <param name="Prompt">What it was made from.</param>
/// <param name="Origin">generate, like, continue, inpaint, loop or upload.</param>
/// <param name="Seconds">Length.</param>
/// <param name="Created">When.</param>
/// <param name="Favourite">Whether somebody likes it.</param>
/// <param name="Tags">Words that people sort by.</param>
/// <param name="Recipe">Everything that is needed to make it again, as JSON.</param>
/// <param name="Sound">A FLAC file on this machine, or the path of the sound on the server.</param>
internal sealed record SongAnswer(
    string Id,
    string Title,
    string? Prompt,
    string Origin,
    double Seconds,
    DateTimeOffset Created,
    bool Favourite,
    IReadOnlyList<string> Tags,
    string? Recipe,
    string Sound
);

/// <summary>Songs, newest first.</summary>
/// <param name="Songs">The songs.</param>
internal sealed record SongList(IReadOnlyList<SongAnswer> Songs);
