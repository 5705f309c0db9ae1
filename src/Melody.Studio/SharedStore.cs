using Melody.Studio.Postgres;
using Melody.Studio.Songs;
using Melody.Studio.Store;

namespace Melody.Studio;

/// <summary>What the processes at one database share: jobs, songs and the folder of sounds.</summary>
/// <param name="Store">Jobs and songs.</param>
/// <param name="Jobs">The queue.</param>
/// <param name="Sounds">The folder of sounds.</param>
internal sealed record SharedStore(IStudioStore Store, ISharedJobs Jobs, string Sounds)
{
    /// <summary>Opens both.</summary>
    /// <param name="address">The database.</param>
    /// <param name="sounds">The folder.</param>
    /// <param name="patience">How long later calls wait for a database that is away.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="MelodyException">One of them cannot be used, or the folder is not the one of the database.</exception>
    public static async Task<SharedStore> OpenAsync(
        DatabaseAddress address,
        string sounds,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var database = await PostgresDatabase.OpenAsync(address, patience, cancellation).ConfigureAwait(false);
        try
        {
            var folder = SharedFolder.Open(sounds);
            await PostgresSchema
                .AgreeAsync(database, "sounds", mark => SharedFolder.Mark(folder, mark), cancellation)
                .ConfigureAwait(false);
            return new(new SqlStore(database), new PostgresJobs(database), folder);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
