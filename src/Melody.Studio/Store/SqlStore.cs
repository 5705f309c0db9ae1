using System.Text.Json;
using static Melody.Studio.Store.SqlRows;

namespace Melody.Studio.Store;

/// <summary>Jobs and songs in a database that speaks SQL.</summary>
/// <param name="database">Where; it is disposed of with the store.</param>
internal sealed class SqlStore(ISqlDatabase database) : IStudioStore
{
    private SqlDialect Dialect => database.Dialect;

    /// <inheritdoc/>
    public Task AddJobAsync(JobRecord job, CancellationToken cancellation) =>
        database.ExecuteAsync(
            $"""
            INSERT INTO jobs ({JobColumns}) VALUES (@id, @client, @music, @state, @created, @started, @finished, @error)
            ON CONFLICT DO NOTHING
            """,
            cancellation,
            [("@id", job.Id), ("@client", job.Client), ("@music", job.Order.ToJson()), ("@created", Time(job.Created)), .. Changing(job)]
        );

    /// <inheritdoc/>
    public Task UpdateJobAsync(JobRecord job, CancellationToken cancellation) =>
        database.ExecuteAsync(
            "UPDATE jobs SET state = @state, started = @started, finished = @finished, error = @error WHERE id = @id",
            cancellation,
            [("@id", job.Id), .. Changing(job)]
        );

    /// <inheritdoc/>
    public async Task<JobRecord?> FindJobAsync(string id, CancellationToken cancellation) =>
        (await database.ReadAsync($"SELECT {JobColumns} FROM jobs WHERE id = @id", Job, cancellation, ("@id", id)).ConfigureAwait(false))
            is [var job]
            ? job
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> UnfinishedJobsAsync(CancellationToken cancellation) =>
        await database
            .ReadAsync($"SELECT {JobColumns} FROM jobs WHERE state IN ('Queued', 'Running') ORDER BY id", Job, cancellation)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> RecentJobsAsync(int limit, CancellationToken cancellation) =>
        await database
            .ReadAsync($"SELECT {JobColumns} FROM jobs ORDER BY id DESC LIMIT @limit", Job, cancellation, ("@limit", limit))
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<bool> AddSongAsync(SongRecord song, byte[] peaks, Lease? lease, CancellationToken cancellation) =>
        await database
            .ExecuteAsync(
                $"""
                INSERT INTO songs ({SongColumns}, peaks) SELECT @id, @title, @created, @seconds, @rate, @channels, @prompt, @origin,
                  @bytes, @favourite, @tags, CAST(@trashed AS BIGINT), @recipe, @source, @job, @piece, @peaks WHERE {(
                    lease is null ? "TRUE" : "EXISTS (SELECT 1 FROM jobs WHERE id = @leased AND lease = @lease AND state = 'Running')"
                )}
                ON CONFLICT DO NOTHING
                """,
                cancellation,
                [
                    ("@created", Time(song.Created)),
                    ("@seconds", song.Seconds),
                    ("@rate", song.SampleRate),
                    ("@channels", song.Channels),
                    ("@prompt", song.Prompt),
                    ("@origin", song.Origin),
                    ("@bytes", song.Bytes),
                    ("@recipe", song.Recipe),
                    ("@source", song.Source),
                    ("@job", song.Job),
                    ("@piece", song.Piece),
                    ("@peaks", peaks),
                    .. Changing(song),
                    .. lease is null ? [] : new (string, object?)[] { ("@leased", lease.Job), ("@lease", lease.Token) },
                ]
            )
            .ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<bool> UpdateSongAsync(SongRecord song, CancellationToken cancellation) =>
        await database
            .ExecuteAsync(
                "UPDATE songs SET title = @title, favourite = @favourite, tags = @tags, trashed = @trashed WHERE id = @id",
                cancellation,
                [.. Changing(song)]
            )
            .ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<bool> RemoveSongAsync(string id, CancellationToken cancellation) =>
        await database.ExecuteAsync("DELETE FROM songs WHERE id = @id", cancellation, ("@id", id)).ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<SongRecord?> FindSongAsync(string id, CancellationToken cancellation) =>
        (await database.ReadAsync($"SELECT {SongColumns} FROM songs WHERE id = @id", Song, cancellation, ("@id", id)).ConfigureAwait(false))
            is [var song]
            ? song
            : null;

    /// <inheritdoc/>
    public async Task<byte[]?> PeaksAsync(string id, CancellationToken cancellation) =>
        (byte[]?)await database.ScalarAsync("SELECT peaks FROM songs WHERE id = @id", cancellation, ("@id", id)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SongRecord>> ListSongsAsync(SongQuery query, CancellationToken cancellation)
    {
        var (conditions, values) = Conditions(query);
        return await database
            .ReadAsync(
                $"SELECT {SongColumns} FROM songs WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit",
                Song,
                cancellation,
                [.. values]
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SongRecord>> SongsOfJobAsync(string job, CancellationToken cancellation) =>
        await database
            .ReadAsync($"SELECT {SongColumns} FROM songs WHERE job = @job ORDER BY piece", Song, cancellation, ("@job", job))
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> SongIdsAsync(CancellationToken cancellation) =>
        (await database.ReadAsync("SELECT id FROM songs", row => row.GetString(0), cancellation).ConfigureAwait(false)).ToHashSet(
            StringComparer.Ordinal
        );

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private (List<string> Conditions, List<(string, object?)> Values) Conditions(SongQuery query)
    {
        List<string> conditions = [query.Trashed ? "trashed IS NOT NULL" : "trashed IS NULL"];
        List<(string, object?)> values = [("@limit", query.Limit)];
        if (query.FavouritesOnly)
            conditions.Add("favourite = 1");
        if (query.After is { } after)
        {
            conditions.Add("id < @after");
            values.Add(("@after", after));
        }
        if (query.Tag is { } tag)
        {
            conditions.Add($"EXISTS (SELECT 1 FROM {Dialect.Tags} WHERE value = @tag)");
            values.Add(("@tag", tag));
        }
        var words = (query.Search ?? "").Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var (i, word) in words.Take(10).Index())
        {
            string name = FormattableString.Invariant($"@word{i}");
            conditions.Add(
                $"""
                (title {Dialect.Like} {name} ESCAPE '\' OR prompt {Dialect.Like} {name} ESCAPE '\'
                  OR EXISTS (SELECT 1 FROM {Dialect.Tags} WHERE value {Dialect.Like} {name} ESCAPE '\'))
                """
            );
            values.Add((name, $"%{Escaped(word)}%"));
        }
        return (conditions, values);
    }

    private static string Escaped(string word) =>
        word.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);

    private static (string, object?)[] Changing(JobRecord job) =>
        [("@state", job.State.ToString()), ("@started", Time(job.Started)), ("@finished", Time(job.Finished)), ("@error", job.Error)];

    private static (string, object?)[] Changing(SongRecord song) =>
        [
            ("@id", song.Id),
            ("@title", song.Title),
            ("@favourite", song.Favourite ? 1 : 0),
            ("@tags", JsonSerializer.Serialize(song.Tags)),
            ("@trashed", Time(song.Trashed)),
        ];
}
