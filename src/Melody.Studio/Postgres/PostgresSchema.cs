using System.Globalization;
using Npgsql;

namespace Melody.Studio.Postgres;

/// <summary>The tables in PostgreSQL.</summary>
internal static class PostgresSchema
{
    /// <summary>The version that this program makes and works with.</summary>
    public const int Version = 1;

    // one process at a time prepares the tables; any number that others are unlikely to use
    private const long Lock = 0x4d656c6f6479;

    /// <summary>Makes the tables where there are none.</summary>
    /// <exception cref="MelodyException">They are of a newer version.</exception>
    public static async Task<bool> PrepareAsync(NpgsqlConnection connection, DatabaseAddress address, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await AloneAsync(connection, cancellation).ConfigureAwait(false);
        await using (var table = PostgresDatabase.Command(connection, "SELECT to_regclass('melody_facts') IS NOT NULL"))
            if (!(bool)(await table.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!)
            {
                await using var schema = PostgresDatabase.Command(connection, Schema);
                await schema.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }
        await using (var fact = PostgresDatabase.Command(connection, "SELECT value FROM melody_facts WHERE name = 'schema'"))
        {
            var version = (string?)await fact.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
            if (version != Version.ToString(CultureInfo.InvariantCulture))
                throw new MelodyException(
                    $"The database at {address} was prepared by another version of Melody; use that one, or another database."
                );
        }
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Settles a fact about the database on which all its processes agree, one after the other.</summary>
    /// <param name="database">The database, prepared.</param>
    /// <param name="name">Of the fact.</param>
    /// <param name="settle">Given what was settled, null at first, it gives what holds from now on.</param>
    /// <param name="cancellation">Ends the call.</param>
    public static Task<string> AgreeAsync(
        PostgresDatabase database,
        string name,
        Func<string?, CancellationToken, Task<string>> settle,
        CancellationToken cancellation
    ) =>
        database.TransactAsync(
            async (connection, token) =>
            {
                await AloneAsync(connection, token).ConfigureAwait(false);
                string value;
                await using (
                    var read = PostgresDatabase.Command(connection, "SELECT value FROM melody_facts WHERE name = @name", ("@name", name))
                )
                    value = await settle((string?)await read.ExecuteScalarAsync(token).ConfigureAwait(false), token).ConfigureAwait(false);
                await using var write = PostgresDatabase.Command(
                    connection,
                    "INSERT INTO melody_facts VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = @value",
                    ("@name", name),
                    ("@value", value)
                );
                await write.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                return value;
            },
            cancellation
        );

    private static async Task AloneAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var alone = PostgresDatabase.Command(connection, "SELECT pg_advisory_xact_lock(@lock)", ("@lock", Lock));
        await alone.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    // times that clients see are milliseconds since 1970, as in SQLite; ids are compared byte by byte
    private const string Schema = """
        CREATE TABLE melody_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        INSERT INTO melody_facts VALUES ('schema', '1');
        CREATE SEQUENCE turns;
        CREATE TABLE clients (client TEXT PRIMARY KEY, turn BIGINT NOT NULL);
        CREATE TABLE jobs (
          id TEXT COLLATE "C" PRIMARY KEY, client TEXT NOT NULL, music TEXT NOT NULL, state TEXT NOT NULL, created BIGINT NOT NULL,
          started BIGINT, finished BIGINT, error TEXT,
          lease TEXT, lease_until TIMESTAMPTZ, worker TEXT, attempts INTEGER NOT NULL DEFAULT 0, resumed BOOLEAN NOT NULL DEFAULT FALSE,
          begun TIMESTAMPTZ, stage TEXT, fraction DOUBLE PRECISION NOT NULL DEFAULT 0, seconds_left DOUBLE PRECISION);
        CREATE INDEX jobs_waiting ON jobs (client, id) WHERE state = 'Queued';
        CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'Running';
        CREATE TABLE songs (
          id TEXT COLLATE "C" PRIMARY KEY, title TEXT NOT NULL, created BIGINT NOT NULL, seconds DOUBLE PRECISION NOT NULL,
          sample_rate INTEGER NOT NULL, channels INTEGER NOT NULL, prompt TEXT, origin TEXT NOT NULL, bytes BIGINT NOT NULL,
          favourite INTEGER NOT NULL, tags TEXT NOT NULL, trashed BIGINT, recipe TEXT, source TEXT, job TEXT COLLATE "C",
          piece INTEGER NOT NULL, peaks BYTEA NOT NULL, UNIQUE (job, piece));
        """;
}
