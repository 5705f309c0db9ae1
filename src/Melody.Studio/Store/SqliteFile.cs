using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Melody.Studio.Store;

/// <summary>A file of SQLite: commands on pooled connections, writers one after the other.</summary>
internal sealed class SqliteFile(string path) : ISqlDatabase
{
    private readonly string _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        Pooling = true,
    }.ToString();

    private readonly SemaphoreSlim _writer = new(1);

    /// <inheritdoc/>
    public SqlDialect Dialect { get; } = new("LIKE", "json_each(tags)");

    /// <inheritdoc/>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        await _writer.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var connection = Open();
            using var command = Command(connection, sql, values);
            return command.ExecuteNonQuery();
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <inheritdoc/>
    public Task<object?> ScalarAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        cancellation.ThrowIfCancellationRequested();
        using var connection = Open();
        using var command = Command(connection, sql, values);
        return Task.FromResult(command.ExecuteScalar() is { } value and not DBNull ? value : null);
    }

    /// <inheritdoc/>
    public Task<List<T>> ReadAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        cancellation.ThrowIfCancellationRequested();
        using var connection = Open();
        using var command = Command(connection, sql, values);
        using var row = command.ExecuteReader();
        var all = new List<T>();
        while (row.Read())
            all.Add(read(row));
        return Task.FromResult(all);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(_connection))
            SqliteConnection.ClearPool(connection);
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
