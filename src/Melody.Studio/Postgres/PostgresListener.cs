using Npgsql;

namespace Melody.Studio.Postgres;

/// <summary>Hears a channel of PostgreSQL's notifications, and listens again after a restart of the database.</summary>
internal static class PostgresListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Listens until it is cancelled.</summary>
    /// <param name="database">The database.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="heard">Given each notification's text, and an empty one each time that others may have been missed.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RunAsync(PostgresDatabase database, string channel, Action<string> heard, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
            try
            {
                await using var connection = await database.ConnectAsync(cancellation).ConfigureAwait(false);
                connection.Notification += (_, notification) => heard(notification.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {channel}", connection))
                    await listen.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
                heard("");
                while (true)
                    await connection.WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (PostgresDatabase.IsTransient(e) || e is OperationCanceledException)
            {
                await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }
}
