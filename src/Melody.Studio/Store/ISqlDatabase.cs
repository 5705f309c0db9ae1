using System.Data.Common;

namespace Melody.Studio.Store;

/// <summary>A database that speaks SQL; commands name their parameters <c>@name</c>. Safe for use by several threads at once.</summary>
internal interface ISqlDatabase : IAsyncDisposable
{
    /// <summary>What it writes differently from others.</summary>
    SqlDialect Dialect { get; }

    /// <summary>Runs a command that may write.</summary>
    /// <returns>Rows that changed.</returns>
    Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values);

    /// <summary>The first value of the first row; null for none.</summary>
    Task<object?> ScalarAsync(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values);

    /// <summary>All rows.</summary>
    Task<List<T>> ReadAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    );
}

/// <summary>Where databases differ.</summary>
/// <param name="Like">The operator that compares with a pattern without regard to case.</param>
/// <param name="Tags">The tags of a row of <c>songs</c> as a table with the column <c>value</c>.</param>
internal sealed record SqlDialect(string Like, string Tags);
