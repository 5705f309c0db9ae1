using Melody.Studio.ObjectStorage;
using Melody.Studio.Postgres;
using Melody.Studio.Songs;
using Melody.Studio.Store;

namespace Melody.Studio;

/// <summary>What the processes at one database share: jobs, songs and the place of their sounds.</summary>
/// <param name="Store">Jobs and songs.</param>
/// <param name="Jobs">The queue.</param>
/// <param name="Sounds">The place of sounds.</param>
internal sealed record SharedStore(IStudioStore Store, ISharedJobs Jobs, ISoundPlace Sounds) : IAsyncDisposable
{
    /// <summary>Opens both.</summary>
    /// <param name="address">The database.</param>
    /// <param name="sounds">A folder, or the address of a bucket.</param>
    /// <param name="patience">How long later calls wait for a database that is away.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="MelodyException">One of them cannot be used, or the place is not the one of the database.</exception>
    public static async Task<SharedStore> OpenAsync(
        DatabaseAddress address,
        string sounds,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var database = await PostgresDatabase.OpenAsync(address, patience, cancellation).ConfigureAwait(false);
        ISoundPlace? place = null;
        try
        {
            place = BucketAddress.Names(sounds) ? new SharedBucket(BucketAddress.Parse(sounds)) : SharedFolder.At(sounds);
            await PostgresSchema.AgreeAsync(database, "sounds", place.MarkAsync, cancellation).ConfigureAwait(false);
            return new(new SqlStore(database), new PostgresJobs(database), place);
        }
        catch
        {
            place?.Dispose();
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes both; what was opened with them is closed before.</summary>
    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false);
        Sounds.Dispose();
    }
}
