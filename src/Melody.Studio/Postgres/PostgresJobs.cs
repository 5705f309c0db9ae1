using Melody.Studio.Store;
using Npgsql;

namespace Melody.Studio.Postgres;

/// <summary>
/// The shared queue in PostgreSQL. Times of leases are the database's, so that clocks of machines do not matter. Whatever puts a job
/// among those that wait holds the lock of admission; a worker that takes one holds the row of its client too, so that two workers at once
/// take jobs of two clients.
/// </summary>
internal sealed class PostgresJobs(PostgresDatabase database) : ISharedJobs
{
    private const string WorkChannel = "melody_work",
        ChangeChannel = "melody_change",
        Now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
        TellWork = $"SELECT pg_notify('{WorkChannel}', '')",
        TellChange = $"SELECT pg_notify('{ChangeChannel}', '')";
    private const long AdmissionLock = 0x4d656c6f6479 + 1;

    /// <inheritdoc/>
    public Task<int?> AdmitAsync(JobRecord job, int capacity, int clientCapacity, CancellationToken cancellation) =>
        database.TransactAsync(
            async (connection, token) =>
            {
                await LockAsync(connection, token).ConfigureAwait(false);
                if (await WaitingAsync(connection, job, token).ConfigureAwait(false) is not { } waiting)
                    return (int?)null; // it was kept, and the answer was lost
                if (waiting.All >= capacity || waiting.Client >= clientCapacity)
                    return (int)waiting.All;
                await using var command = PostgresDatabase.Command(
                    connection,
                    $"""
                    INSERT INTO clients VALUES (@client, nextval('turns')) ON CONFLICT (client) DO UPDATE SET turn = nextval('turns')
                      WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE client = @client AND state = 'Queued');
                    INSERT INTO jobs (id, client, music, state, created) VALUES (@id, @client, @music, 'Queued', @created);
                    {TellWork}; {TellChange}
                    """,
                    ("@id", job.Id),
                    ("@client", job.Client),
                    ("@music", job.Order.ToJson()),
                    ("@created", SqlRows.Time(job.Created))
                );
                await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                return null;
            },
            cancellation
        );

    /// <inheritdoc/>
    public async Task<LeasedJob?> ClaimAsync(string worker, TimeSpan time, CancellationToken cancellation) =>
        await ClaimAsync("j, c", worker, time, cancellation).ConfigureAwait(false)
        // the only clients with waiting jobs may be those whose rows others hold at this moment
        ?? await ClaimAsync("j", worker, time, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> ReapAsync(int attempts, CancellationToken cancellation)
    {
        const string lost = "state = 'Running' AND lease_until < now()";
        if (await database.ScalarAsync($"SELECT 1 FROM jobs WHERE {lost} LIMIT 1", cancellation).ConfigureAwait(false) is null)
            return 0;
        return await QueueAsync(
                $"""
                UPDATE jobs SET state = CASE WHEN attempts < @most THEN 'Queued' ELSE 'Failed' END, resumed = TRUE, lease = NULL,
                  finished = CASE WHEN attempts < @most THEN NULL ELSE {Now} END,
                  error = CASE WHEN attempts < @most THEN NULL
                    ELSE 'The job was begun ' || attempts || ' times, and each time its worker ended before the job did.' END
                WHERE {lost}
                """,
                cancellation,
                ("@most", attempts)
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(Lease lease, TimeSpan time, JobStep? step, CancellationToken cancellation) =>
        await database
            .ScalarAsync(
                $"""
                WITH held AS (
                  UPDATE jobs SET lease_until = now() + @seconds * interval '1 second', stage = @stage, fraction = @fraction,
                    seconds_left = CAST(@left AS DOUBLE PRECISION)
                  WHERE id = @id AND lease = @lease AND state = 'Running' RETURNING id)
                SELECT pg_notify('{ChangeChannel}', '') IS NOT NULL FROM held
                """,
                cancellation,
                [
                    .. Values(lease),
                    ("@seconds", time.TotalSeconds),
                    ("@stage", step?.Stage ?? "starting"),
                    ("@fraction", step?.Fraction ?? 0),
                    ("@left", step?.SecondsLeft),
                ]
            )
            .ConfigureAwait(false)
            is not null;

    /// <inheritdoc/>
    public async Task<bool> EndAsync(Lease lease, JobState state, string? error, CancellationToken cancellation) =>
        await database
            .ScalarAsync(
                $"""
                WITH held AS (
                  UPDATE jobs SET state = @state, finished = COALESCE(finished, {Now}), error = @error
                  WHERE id = @id AND lease = @lease AND state IN ('Running', @state) RETURNING id)
                SELECT pg_notify('{ChangeChannel}', '') IS NOT NULL FROM held
                """,
                cancellation,
                [.. Values(lease), ("@state", state.ToString()), ("@error", error)]
            )
            .ConfigureAwait(false)
            is not null;

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellation) =>
        QueueAsync(
            """
            UPDATE jobs SET state = 'Queued', resumed = TRUE, lease = NULL, attempts = attempts - 1
            WHERE id = @id AND lease = @lease AND state = 'Running'
            """,
            cancellation,
            Values(lease)
        );

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellation) =>
        await database
            .ScalarAsync(
                $"""
                WITH ended AS (
                  UPDATE jobs SET state = 'Cancelled', finished = {Now}, lease = NULL
                  WHERE id = @id AND state IN ('Queued', 'Running') RETURNING id)
                SELECT pg_notify('{WorkChannel}', id) IS NOT NULL AND pg_notify('{ChangeChannel}', '') IS NOT NULL FROM ended
                """,
                cancellation,
                ("@id", id)
            )
            .ConfigureAwait(false)
            is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OpenJob>> OpenJobsAsync(CancellationToken cancellation) =>
        await database
            .ReadAsync(
                $"""
                SELECT {string.Join(", ", SqlRows.JobColumns.Split(", ").Select(column => $"j.{column}"))}, stage, fraction, seconds_left,
                  (SELECT string_agg(s.id, ' ' ORDER BY s.piece) FROM songs s WHERE s.job = j.id)
                FROM (SELECT *, row_number() OVER (PARTITION BY client, state, resumed ORDER BY id) AS round FROM jobs
                  WHERE state IN ('Queued', 'Running')) j LEFT JOIN clients c ON c.client = j.client
                ORDER BY state = 'Queued', CASE WHEN state = 'Running' THEN started END, NOT resumed, round, turn, j.id
                """,
                row => new OpenJob(
                    SqlRows.Job(row),
                    row.IsDBNull(8) ? null : new(row.GetString(8), row.GetDouble(9), row.IsDBNull(10) ? null : row.GetDouble(10)),
                    SqlRows.TextAt(row, 11)?.Split(' ') ?? []
                ),
                cancellation
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> CountWaitingAsync(CancellationToken cancellation) =>
        (int)(long)(await database.ScalarAsync("SELECT count(*) FROM jobs WHERE state = 'Queued'", cancellation).ConfigureAwait(false))!;

    /// <inheritdoc/>
    public Task ListenForWorkAsync(Action<string?> heard, CancellationToken cancellation) =>
        PostgresListener.RunAsync(database, WorkChannel, text => heard(text.Length > 0 ? text : null), cancellation);

    /// <inheritdoc/>
    public Task ListenForChangesAsync(Action heard, CancellationToken cancellation) =>
        PostgresListener.RunAsync(database, ChangeChannel, _ => heard(), cancellation);

    private async Task<LeasedJob?> ClaimAsync(string locked, string worker, TimeSpan time, CancellationToken cancellation)
    {
        var token = Guid.NewGuid().ToString("N");
        var columns = string.Join(", ", SqlRows.JobColumns.Split(", ").Select(column => $"j.{column}"));
        var taken = await database
            .ReadAsync(
                $"""
                WITH next AS (
                  SELECT j.id, j.client, j.resumed FROM jobs j JOIN clients c ON c.client = j.client WHERE j.state = 'Queued'
                  ORDER BY j.resumed DESC, c.turn, j.id LIMIT 1 FOR UPDATE OF {locked} SKIP LOCKED),
                turn AS (
                  UPDATE clients c SET turn = nextval('turns') FROM next WHERE c.client = next.client AND NOT next.resumed),
                taken AS (
                  UPDATE jobs j SET state = 'Running', started = {Now}, lease = @lease, worker = @worker, attempts = attempts + 1,
                    lease_until = now() + @seconds * interval '1 second', resumed = FALSE, begun = COALESCE(begun, clock_timestamp()),
                    stage = 'starting', fraction = 0, seconds_left = NULL
                  FROM next WHERE j.id = next.id RETURNING {columns}, attempts)
                SELECT *, pg_notify('{ChangeChannel}', '') FROM taken
                """,
                row => new LeasedJob(SqlRows.Job(row), new(row.GetString(0), token), row.GetInt32(8)),
                cancellation,
                ("@lease", token),
                ("@worker", worker),
                ("@seconds", time.TotalSeconds)
            )
            .ConfigureAwait(false);
        return taken is [var job] ? job : null;
    }

    // an update that puts jobs among those that wait; clients who have none any more are forgotten
    private Task<int> QueueAsync(string update, CancellationToken cancellation, params (string Name, object? Value)[] values) =>
        database.TransactAsync(
            async (connection, token) =>
            {
                await LockAsync(connection, token).ConfigureAwait(false);
                int count;
                await using (var command = PostgresDatabase.Command(connection, update, values))
                    count = await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                await using var clients = PostgresDatabase.Command(
                    connection,
                    $"""
                    INSERT INTO clients SELECT DISTINCT ON (client) client, nextval('turns') FROM jobs WHERE state = 'Queued'
                      ON CONFLICT DO NOTHING;
                    DELETE FROM clients c WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.client = c.client AND j.state = 'Queued');
                    {TellWork}; {TellChange}
                    """
                );
                await clients.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                return count;
            },
            cancellation
        );

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = PostgresDatabase.Command(connection, "SELECT pg_advisory_xact_lock(@lock)", ("@lock", AdmissionLock));
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<(long All, long Client)?> WaitingAsync(NpgsqlConnection connection, JobRecord job, CancellationToken token)
    {
        await using var command = PostgresDatabase.Command(
            connection,
            """
            SELECT count(*), count(*) FILTER (WHERE client = @client), EXISTS (SELECT 1 FROM jobs WHERE id = @id)
            FROM jobs WHERE state = 'Queued'
            """,
            ("@client", job.Client),
            ("@id", job.Id)
        );
        await using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        await row.ReadAsync(token).ConfigureAwait(false);
        return row.GetBoolean(2) ? null : (row.GetInt64(0), row.GetInt64(1));
    }

    private static (string, object?)[] Values(Lease lease) => [("@id", lease.Job), ("@lease", lease.Token)];
}
