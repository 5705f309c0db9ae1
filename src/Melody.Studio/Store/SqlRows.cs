using System.Data.Common;
using System.Text.Json;
using Melody.Studio.Orders;

namespace Melody.Studio.Store;

/// <summary>Records and the rows of tables that hold them.</summary>
internal static class SqlRows
{
    /// <summary>The columns of a song, without its peaks.</summary>
    public const string SongColumns =
        "id, title, created, seconds, sample_rate, channels, prompt, origin, bytes, favourite, tags, trashed, recipe, source, job, piece";

    /// <summary>The columns of a job.</summary>
    public const string JobColumns = "id, client, music, state, created, started, finished, error";

    /// <summary>A job from <see cref="JobColumns"/>.</summary>
    public static JobRecord Job(DbDataReader row) =>
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

    /// <summary>A song from <see cref="SongColumns"/>.</summary>
    public static SongRecord Song(DbDataReader row) =>
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

    /// <summary>A moment as it is kept: milliseconds since 1970.</summary>
    public static long? Time(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? TimeAt(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>A text that may be missing.</summary>
    public static string? TextAt(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
