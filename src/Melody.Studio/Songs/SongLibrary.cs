using Melody.Audio;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Songs;

/// <summary>
/// All songs: their records in the store, their sounds as FLAC files beside it. A file is written before its record and removed
/// after it, so that every record has its sound; files without a record are removed at the start.
/// </summary>
internal sealed class SongLibrary(
    IStudioStore store,
    ISoundStore sounds,
    IncomingFolder incoming,
    UploadLimits limits,
    TimeProvider clock,
    ILogger<SongLibrary> log
)
{
    private static readonly TimeSpan InTrash = TimeSpan.FromDays(30);

    /// <summary>Told of the id of every song that came, changed or went.</summary>
    public event Action<string>? Changed;

    /// <summary>Removes what a kill left behind, and what was in the trash for a month.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var known = await store.SongIdsAsync(cancellation).ConfigureAwait(false);
        await sounds.SweepAsync(known, cancellation).ConfigureAwait(false);
        var query = new SongQuery { Trashed = true, Limit = int.MaxValue };
        foreach (var song in await store.ListSongsAsync(query, cancellation).ConfigureAwait(false))
            if (clock.GetUtcNow() - song.Trashed > InTrash)
                await PurgeAsync(song.Id, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes in a piece that a job made; a second time for the same piece is nothing.</summary>
    /// <returns>The song as it is kept.</returns>
    /// <exception cref="MelodyException">The disk refuses.</exception>
    /// <exception cref="LeaseLostException">The job is another worker's by now; nothing is kept.</exception>
    public async Task<SongRecord> AddMadeAsync(
        string job,
        Lease? lease,
        int piece,
        AudioClip audio,
        GenerationRecipe recipe,
        string? source,
        string title,
        CancellationToken cancellation
    )
    {
        var id = TimedId.New();
        var options = new AudioWriteOptions
        {
            Format = AudioFormat.Flac,
            BitDepth = 24,
            Metadata = recipe.ToMetadata() with { Title = title },
        };
        long bytes = await sounds.WriteAsync(id, path => audio.Write(path, options), CancellationToken.None).ConfigureAwait(false);
        var song = new SongRecord(id, title, clock.GetUtcNow(), audio.Seconds, audio.SampleRate, audio.Channels)
        {
            Prompt = recipe.Prompt,
            Origin = recipe.Task,
            Bytes = bytes,
            Recipe = recipe.ToJson(),
            Source = source,
            Job = job,
            Piece = piece,
        };
        if (!await store.AddSongAsync(song, Peaks.Of(audio.Samples, audio.Channels), lease, cancellation).ConfigureAwait(false))
        {
            var kept = (await store.SongsOfJobAsync(job, cancellation).ConfigureAwait(false)).FirstOrDefault(song => song.Piece == piece);
            if (kept?.Id != id) // its own id stands there where the first answer of the database was lost
                await sounds.RemoveAsync(id).ConfigureAwait(false);
            return kept ?? throw new LeaseLostException();
        }
        Changed?.Invoke(id);
        return song;
    }

    /// <summary>Takes in somebody's own music.</summary>
    /// <param name="content">The bytes of a sound file.</param>
    /// <param name="name">What the client calls it: a title, never a path.</param>
    /// <param name="cancellation">Ends it; nothing stays.</param>
    /// <exception cref="UploadTooLargeException">They are more than the limit.</exception>
    /// <exception cref="MelodyException">The file is not sound, is damaged, or exceeds the limits.</exception>
    public async Task<UploadedSong> UploadAsync(Stream content, string? name, CancellationToken cancellation)
    {
        var id = TimedId.New();
        var title = SongTexts.TitleFrom(Path.GetFileNameWithoutExtension((name ?? "").Replace('\\', '/')), "Upload");
        var spool = Path.Combine(incoming.Path, id);
        try
        {
            await Upload.SpoolAsync(content, spool, limits, cancellation).ConfigureAwait(false);
            var (sound, peaks) = (default(Upload.Sound), Array.Empty<byte>());
            long bytes = await sounds
                .WriteAsync(
                    id,
                    path =>
                    {
                        sound = Upload.Convert(spool, title, path, limits, new() { Title = title }, cancellation);
                        peaks = Upload.PeaksOf(path, sound, cancellation);
                    },
                    cancellation
                )
                .ConfigureAwait(false);
            var song = new SongRecord(
                id,
                title,
                clock.GetUtcNow(),
                (double)sound.Frames / sound.SampleRate,
                sound.SampleRate,
                sound.Channels
            )
            {
                Origin = "upload",
                Bytes = bytes,
            };
            await store.AddSongAsync(song, peaks, lease: null, cancellation).ConfigureAwait(false);
            Changed?.Invoke(id);
            return new(song, sound.Divisor == 1 ? null : Math.Round(20 * Math.Log10(sound.Divisor), 3));
        }
        catch
        {
            await sounds.RemoveAsync(id).ConfigureAwait(false);
            throw;
        }
        finally
        {
            Remove(spool);
        }
    }

    /// <summary>A song, also one in the trash; null where there is none of that id.</summary>
    public async Task<SongRecord?> FindAsync(string id, CancellationToken cancellation) =>
        TimedId.IsValid(id) ? await store.FindSongAsync(id, cancellation).ConfigureAwait(false) : null;

    /// <summary>Songs, newest first.</summary>
    public Task<IReadOnlyList<SongRecord>> ListAsync(SongQuery query, CancellationToken cancellation) =>
        store.ListSongsAsync(query, cancellation);

    /// <summary>The songs of a job, by piece.</summary>
    public Task<IReadOnlyList<SongRecord>> OfJobAsync(string job, CancellationToken cancellation) =>
        store.SongsOfJobAsync(job, cancellation);

    /// <summary>The outline of a song: lowest and highest sample of each stretch.</summary>
    public async Task<double[]> WaveformAsync(string id, int points, CancellationToken cancellation) =>
        Peaks.Reduce(await store.PeaksAsync(id, cancellation).ConfigureAwait(false) ?? [], points);

    /// <summary>The path of a song's sound as it is kept, on this machine.</summary>
    public Task<string> PathAsync(SongRecord song, CancellationToken cancellation) => sounds.PathAsync(song.Id, cancellation);

    /// <summary>A song in some format, for the networks.</summary>
    /// <exception cref="MelodyException">Its file is gone or damaged.</exception>
    public async Task<AudioClip> ReadAsync(SongRecord song, int sampleRate, int channels, CancellationToken cancellation)
    {
        var path = await PathAsync(song, cancellation).ConfigureAwait(false);
        return await Task.Run(Read, cancellation).ConfigureAwait(false);

        AudioClip Read()
        {
            using var reader = AudioReader.Open(path);
            return reader.ReadMixed(sampleRate, channels, GenerationOptions.LongestSeconds);
        }
    }

    /// <summary>Changes title, favourite or tags.</summary>
    /// <returns>The song as it is now; null where there is none of that id.</returns>
    /// <exception cref="MelodyException">A text cannot be used.</exception>
    public Task<SongRecord?> EditAsync(string id, SongEdit edit, CancellationToken cancellation) =>
        ChangeAsync(
            id,
            song =>
                song with
                {
                    Title = edit.Title is { } title ? SongTexts.Title(title) : song.Title,
                    Favourite = edit.Favourite ?? song.Favourite,
                    Tags = edit.Tags is { } tags ? SongTexts.Tags(tags) : song.Tags,
                },
            cancellation
        );

    /// <summary>Puts a song into the trash, where it stays for thirty days.</summary>
    /// <returns>The song as it is now; null where there is none of that id.</returns>
    public Task<SongRecord?> TrashAsync(string id, CancellationToken cancellation) =>
        ChangeAsync(id, song => song with { Trashed = song.Trashed ?? clock.GetUtcNow() }, cancellation);

    /// <summary>Takes a song out of the trash.</summary>
    /// <returns>The song as it is now; null where there is none of that id.</returns>
    public Task<SongRecord?> RestoreAsync(string id, CancellationToken cancellation) =>
        ChangeAsync(id, song => song with { Trashed = null }, cancellation);

    /// <summary>Deletes a song for good.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> PurgeAsync(string id, CancellationToken cancellation)
    {
        if (!TimedId.IsValid(id) || !await store.RemoveSongAsync(id, cancellation).ConfigureAwait(false))
            return false;
        await sounds.RemoveAsync(id).ConfigureAwait(false);
        Changed?.Invoke(id);
        return true;
    }

    private async Task<SongRecord?> ChangeAsync(string id, Func<SongRecord, SongRecord> change, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation).ConfigureAwait(false) is not { } song)
            return null;
        var changed = change(song);
        if (!await store.UpdateSongAsync(changed, cancellation).ConfigureAwait(false))
            return null;
        Changed?.Invoke(id);
        return changed;
    }

    private void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.FileNotRemoved(e, Path.GetFileName(path));
        }
    }
}
