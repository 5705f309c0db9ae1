using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Melody.Studio.Store;

/// <summary>
/// A file of SQLite: commands on pooled connections, writers one after the other. Once it is disposed, commands that run have ended and
/// later ones are refused, so that nobody writes into a folder that is no longer the studio's.
/// </summary>
internal sealed class SqliteFile(string path) : ISqlDatabase
{
    private readonly string _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        Pooling = true,
    }.ToString();

    private readonly SemaphoreSlim _writer = new(1);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _closed;

    /// <inheritdoc/>
    public SqlDialect Dialect { get; } = new("LIKE", "json_each(tags)");

    /// <inheritdoc/>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        using var run = Begin();
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
        using var run = Begin();
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
        using var run = Begin();
        using var connection = Open();
        using var command = Command(connection, sql, values);
        using var row = command.ExecuteReader();
        var all = new List<T>();
        while (row.Read())
            all.Add(read(row));
        return Task.FromResult(all);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (_running == 0)
                _idle.SetResult();
        }
        await _idle.Task.ConfigureAwait(false);
        using (var connection = new SqliteConnection(_connection))
            SqliteConnection.ClearPool(connection);
        _writer.Dispose();
    }

    private Run Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _running++;
        }
        return new(this);
    }

    private void End()
    {
        lock (_gate)
            if (--_running == 0 && _closed)
                _idle.SetResult();
    }

    // a command from its beginning to its end
    private readonly struct Run(SqliteFile file) : IDisposable
    {
        public void Dispose() => file.End();
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
