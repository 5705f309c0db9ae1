using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Melody.Studio.Store;
using Npgsql;

namespace Melody.Studio.Postgres;

/// <summary>
/// A PostgreSQL database: commands on pooled connections. What fails because the database is away is tried again until it is back, for as
/// long as <paramref name="patience"/> lasts; every command has to bear that it is run twice, because the first answer may have been lost.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="patience">How long to wait for it.</param>
internal sealed class PostgresDatabase(DatabaseAddress address, TimeSpan patience) : ISqlDatabase
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50),
        LongestPause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(address.ConnectionString);

    /// <inheritdoc/>
    public SqlDialect Dialect { get; } = new("ILIKE", "json_array_elements_text(tags::json) AS tag(value)");

    /// <summary>Connects, and prepares the tables where there are none.</summary>
    /// <exception cref="MelodyException">It cannot be reached or used, or is of a newer version.</exception>
    public static async Task<PostgresDatabase> OpenAsync(DatabaseAddress address, TimeSpan patience, CancellationToken cancellation)
    {
        var database = new PostgresDatabase(address, TimeSpan.Zero);
        try
        {
            await database
                .RunAsync((connection, token) => PostgresSchema.PrepareAsync(connection, address, token), cancellation)
                .ConfigureAwait(false);
            return new(address, patience);
        }
        catch (Exception e) when ((e is StoreUnavailableException ? e.InnerException : e) is NpgsqlException or SocketException)
        {
            var cause = (e is StoreUnavailableException ? e.InnerException! : e) is PostgresException refusal
                ? refusal.MessageText
                : e.GetBaseException().Message;
            throw new MelodyException($"The database at {address} cannot be used ({TextLine(cause)}); start it, or correct --database.", e);
        }
        finally
        {
            await database.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values) =>
        RunAsync(
            async (connection, token) =>
            {
                await using var command = Command(connection, sql, values);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellation
        );

    /// <inheritdoc/>
    public Task<object?> ScalarAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values) =>
        RunAsync(
            async (connection, token) =>
            {
                await using var command = Command(connection, sql, values);
                return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is { } value and not DBNull ? value : null;
            },
            cancellation
        );

    /// <inheritdoc/>
    public Task<List<T>> ReadAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    ) =>
        RunAsync(
            async (connection, token) =>
            {
                await using var command = Command(connection, sql, values);
                await using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                var all = new List<T>();
                while (await row.ReadAsync(token).ConfigureAwait(false))
                    all.Add(read(row));
                return all;
            },
            cancellation
        );

    /// <summary>Works in a transaction, which is committed at the end.</summary>
    public Task<T> TransactAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        RunAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
                var result = await work(connection, token).ConfigureAwait(false);
                await transaction.CommitAsync(token).ConfigureAwait(false);
                return result;
            },
            cancellation
        );

    /// <summary>A connection that stays open, for notifications.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellation) => _source.OpenConnectionAsync(cancellation);

    /// <summary>A command with its values.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, (value is string text ? Storable(text) : value) ?? DBNull.Value);
        return command;
    }

    /// <summary>Whether something failed because the database is away or busy, and may succeed later.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is PostgresException refusal
            ? refusal.IsTransient || refusal.SqlState is "57P01" or "57P02" or "57P03" // it shuts down, has crashed, or is starting
            : exception is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause < LongestPause ? pause * 2 : LongestPause)
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
                return await work(connection, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (IsTransient(e) && !cancellation.IsCancellationRequested)
            {
                if (Stopwatch.GetElapsedTime(start) + pause > patience)
                    throw new StoreUnavailableException(address.ToString(), e);
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }
    }

    // PostgreSQL keeps neither the sign of number 0 nor half of a pair of surrogates
    private static string Storable(string text)
    {
        if (!text.AsSpan().Contains('\0') && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return text;
        var storable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            storable.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return storable.ToString();
    }

    private static string TextLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
