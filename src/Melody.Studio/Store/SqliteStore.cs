using Microsoft.Data.Sqlite;

namespace Melody.Studio.Store;

/// <summary>The store in one file of SQLite, with a write-ahead log, so that readers do not wait for writers.</summary>
internal static class SqliteStore
{
    private const int SchemaVersion = 1;

    /// <summary>Opens the file, and makes it where there is none.</summary>
    /// <exception cref="MelodyException">It is damaged, forbidden, or of a newer version.</exception>
    public static async Task<SqlStore> OpenAsync(string path, CancellationToken cancellation)
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
}
