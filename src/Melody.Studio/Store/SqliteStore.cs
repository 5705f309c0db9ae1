using System.Text.Json;
using Melody.Studio.Orders;
using Microsoft.Data.Sqlite;

namespace Melody.Studio.Store;

/// <summary>The store in one file of SQLite, with a write-ahead log, so that readers do not wait for writers.</summary>
internal sealed class SqliteStore : IStudioStore
{
    private const int SchemaVersion = 1;
    private const string SongColumns =
        "id, title, created, seconds, sample_rate, channels, prompt, origin, bytes, favourite, tags, trashed, recipe, source, job, piece";
    private const string JobColumns = "id, client, music, state, created, started, finished, error";

    private readonly SqliteFile _file;

    private SqliteStore(SqliteFile file) => _file = file;

    /// <summary>Opens the file, and makes it where there is none.</summary>
    /// <exception cref="MelodyException">It is damaged, forbidden, or of a newer version.</exception>
    public static async Task<SqliteStore> OpenAsync(string path, CancellationToken cancellation)
    {
        var file = new SqliteFile(path);
        try
        {
            long version = (long)(await file.ScalarAsync("PRAGMA user_version", cancellation).ConfigureAwait(false))!;
            if (version > SchemaVersion)
                throw new MelodyException($"'{path}' was written by a newer version of Melody; use that one, or another data folder.");
            await file.ExecuteAsync("PRAGMA journal_mode = WAL", cancellation).ConfigureAwait(false);
            if (version == 0)
                await file.ExecuteAsync(Schema, cancellation).ConfigureAwait(false);
            return new(file);
        }
        catch (SqliteException e)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw new MelodyException($"'{path}' cannot be used as a library ({e.Message}); move it away, or name another data folder.", e);
        }
    }

    /// <inheritdoc/>
    public Task AddJobAsync(JobRecord job, CancellationToken cancellation) =>
        _file.ExecuteAsync(
            $"INSERT INTO jobs ({JobColumns}) VALUES ($id, $client, $music, $state, $created, $started, $finished, $error)",
            cancellation,
            [("$id", job.Id), ("$client", job.Client), ("$music", job.Order.ToJson()), ("$created", Time(job.Created)), .. Changing(job)]
        );

    /// <inheritdoc/>
    public Task UpdateJobAsync(JobRecord job, CancellationToken cancellation) =>
        _file.ExecuteAsync(
            "UPDATE jobs SET state = $state, started = $started, finished = $finished, error = $error WHERE id = $id",
            cancellation,
            [("$id", job.Id), .. Changing(job)]
        );

    /// <inheritdoc/>
    public async Task<JobRecord?> FindJobAsync(string id, CancellationToken cancellation) =>
        (await _file.ReadAsync($"SELECT {JobColumns} FROM jobs WHERE id = $id", ReadJob, cancellation, ("$id", id)).ConfigureAwait(false))
            is [var job]
            ? job
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> UnfinishedJobsAsync(CancellationToken cancellation) =>
        await _file
            .ReadAsync($"SELECT {JobColumns} FROM jobs WHERE state IN ('Queued', 'Running') ORDER BY id", ReadJob, cancellation)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> RecentJobsAsync(int limit, CancellationToken cancellation) =>
        await _file
            .ReadAsync($"SELECT {JobColumns} FROM jobs ORDER BY id DESC LIMIT $limit", ReadJob, cancellation, ("$limit", limit))
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<bool> AddSongAsync(SongRecord song, byte[] peaks, CancellationToken cancellation) =>
        await _file
            .ExecuteAsync(
                $"""
                INSERT INTO songs ({SongColumns}, peaks) VALUES ($id, $title, $created, $seconds, $rate, $channels, $prompt, $origin,
                  $bytes, $favourite, $tags, $trashed, $recipe, $source, $job, $piece, $peaks) ON CONFLICT (job, piece) DO NOTHING
                """,
                cancellation,
                [
                    ("$created", Time(song.Created)),
                    ("$seconds", song.Seconds),
                    ("$rate", song.SampleRate),
                    ("$channels", song.Channels),
                    ("$prompt", song.Prompt),
                    ("$origin", song.Origin),
                    ("$bytes", song.Bytes),
                    ("$recipe", song.Recipe),
                    ("$source", song.Source),
                    ("$job", song.Job),
                    ("$piece", song.Piece),
                    ("$peaks", peaks),
                    .. Changing(song),
                ]
            )
            .ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<bool> UpdateSongAsync(SongRecord song, CancellationToken cancellation) =>
        await _file
            .ExecuteAsync(
                "UPDATE songs SET title = $title, favourite = $favourite, tags = $tags, trashed = $trashed WHERE id = $id",
                cancellation,
                [.. Changing(song)]
            )
            .ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<bool> RemoveSongAsync(string id, CancellationToken cancellation) =>
        await _file.ExecuteAsync("DELETE FROM songs WHERE id = $id", cancellation, ("$id", id)).ConfigureAwait(false) > 0;

    /// <inheritdoc/>
    public async Task<SongRecord?> FindSongAsync(string id, CancellationToken cancellation) =>
        (
            await _file
                .ReadAsync($"SELECT {SongColumns} FROM songs WHERE id = $id", ReadSong, cancellation, ("$id", id))
                .ConfigureAwait(false)
        )
            is [var song]
            ? song
            : null;

    /// <inheritdoc/>
    public async Task<byte[]?> PeaksAsync(string id, CancellationToken cancellation) =>
        (byte[]?)await _file.ScalarAsync("SELECT peaks FROM songs WHERE id = $id", cancellation, ("$id", id)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SongRecord>> ListSongsAsync(SongQuery query, CancellationToken cancellation)
    {
        var (conditions, values) = Conditions(query);
        return await _file
            .ReadAsync(
                $"SELECT {SongColumns} FROM songs WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT $limit",
                ReadSong,
                cancellation,
                [.. values]
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SongRecord>> SongsOfJobAsync(string job, CancellationToken cancellation) =>
        await _file
            .ReadAsync($"SELECT {SongColumns} FROM songs WHERE job = $job ORDER BY piece", ReadSong, cancellation, ("$job", job))
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> SongIdsAsync(CancellationToken cancellation) =>
        (await _file.ReadAsync("SELECT id FROM songs", row => row.GetString(0), cancellation).ConfigureAwait(false)).ToHashSet(
            StringComparer.Ordinal
        );

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private const string Schema = """
        BEGIN;
        CREATE TABLE jobs (
          id TEXT PRIMARY KEY, client TEXT NOT NULL, music TEXT NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL,
          started INTEGER, finished INTEGER, error TEXT) WITHOUT ROWID;
        CREATE INDEX jobs_unfinished ON jobs (id) WHERE state IN ('Queued', 'Running');
        CREATE TABLE songs (
          id TEXT PRIMARY KEY, title TEXT NOT NULL, created INTEGER NOT NULL, seconds REAL NOT NULL, sample_rate INTEGER NOT NULL,
          channels INTEGER NOT NULL, prompt TEXT, origin TEXT NOT NULL, bytes INTEGER NOT NULL, favourite INTEGER NOT NULL,
          tags TEXT NOT NULL, trashed INTEGER, recipe TEXT, source TEXT, job TEXT, piece INTEGER NOT NULL, peaks BLOB NOT NULL,
          UNIQUE (job, piece));
        PRAGMA user_version = 1;
        COMMIT;
        """;

    private static (List<string> Conditions, List<(string, object?)> Values) Conditions(SongQuery query)
    {
        List<string> conditions = [query.Trashed ? "trashed IS NOT NULL" : "trashed IS NULL"];
        List<(string, object?)> values = [("$limit", query.Limit)];
        if (query.FavouritesOnly)
            conditions.Add("favourite = 1");
        if (query.After is { } after)
        {
            conditions.Add("id < $after");
            values.Add(("$after", after));
        }
        if (query.Tag is { } tag)
        {
            conditions.Add("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = $tag)");
            values.Add(("$tag", tag));
        }
        var words = (query.Search ?? "").Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var (i, word) in words.Take(10).Index())
        {
            string name = FormattableString.Invariant($"$word{i}");
            conditions.Add(
                $"""
                (title LIKE {name} ESCAPE '\' OR prompt LIKE {name} ESCAPE '\'
                  OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value LIKE {name} ESCAPE '\'))
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
        [("$state", job.State.ToString()), ("$started", Time(job.Started)), ("$finished", Time(job.Finished)), ("$error", job.Error)];

    private static (string, object?)[] Changing(SongRecord song) =>
        [
            ("$id", song.Id),
            ("$title", song.Title),
            ("$favourite", song.Favourite ? 1 : 0),
            ("$tags", JsonSerializer.Serialize(song.Tags)),
            ("$trashed", Time(song.Trashed)),
        ];

    private static JobRecord ReadJob(SqliteDataReader row) =>
        new(
            row.GetString(0),
            row.GetString(1),
            MusicOrder.FromJson(row.GetString(2)),
            Enum.Parse<JobState>(row.GetString(3)),
            TimeAt(row, 4)!.Value
        )
        {
            Started = TimeAt(row, 5),
            Finished = TimeAt(row, 6),
            Error = TextAt(row, 7),
        };

    private static SongRecord ReadSong(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), TimeAt(row, 2)!.Value, row.GetDouble(3), row.GetInt32(4), row.GetInt32(5))
        {
            Prompt = TextAt(row, 6),
            Origin = row.GetString(7),
            Bytes = row.GetInt64(8),
            Favourite = row.GetInt64(9) != 0,
            Tags = JsonSerializer.Deserialize<string[]>(row.GetString(10)) ?? [],
            Trashed = TimeAt(row, 11),
            Recipe = TextAt(row, 12),
            Source = TextAt(row, 13),
            Job = TextAt(row, 14),
            Piece = row.GetInt32(15),
        };

    private static long? Time(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? TimeAt(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static string? TextAt(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
