using Melody.Studio.Songs;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.ObjectStorage;

/// <summary>Sounds in a bucket, with copies of the latest ones in a folder of this process.</summary>
/// <param name="bucket">The bucket; it stays the caller's.</param>
/// <param name="youngest">How old an object without a song has to be before it is swept.</param>
/// <param name="clock">For the age of objects.</param>
/// <param name="log">Reports objects that stay.</param>
internal sealed class BucketSounds(Bucket bucket, TimeSpan youngest, TimeProvider clock, ILogger<BucketSounds> log)
    : ISoundStore,
        IDisposable
{
    private const long MostBytes = 1L << 30;

    private readonly DirectoryInfo _copies = Directory.CreateTempSubdirectory("melody-sounds-");

    /// <inheritdoc/>
    public async Task<long> WriteAsync(string id, Action<string> write, CancellationToken cancellation)
    {
        FolderSize.MakeRoom(_copies, MostBytes);
        var path = CopyOf(id);
        try
        {
            await Task.Run(() => write(path), cancellation).ConfigureAwait(false);
            await bucket.PutFileAsync(KeyOf(id), path, cancellation).ConfigureAwait(false);
            return new FileInfo(path).Length;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<string> PathAsync(string id, CancellationToken cancellation)
    {
        var path = CopyOf(id);
        if (File.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime); // the latest used are the last to go
            return path;
        }
        FolderSize.MakeRoom(_copies, MostBytes);
        var coming = Path.Combine(_copies.FullName, Path.GetRandomFileName());
        try
        {
            bool found;
            await using (var file = File.Create(coming))
                found = await bucket.ReadAsync(KeyOf(id), file, cancellation).ConfigureAwait(false);
            if (found)
                File.Move(coming, path, overwrite: true);
        }
        finally
        {
            File.Delete(coming);
        }
        return path;
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string id)
    {
        File.Delete(CopyOf(id));
        await RemoveKeyAsync(KeyOf(id), CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task SweepAsync(IReadOnlySet<string> known, CancellationToken cancellation)
    {
        foreach (var found in await bucket.ListAsync(cancellation).ConfigureAwait(false))
            if (
                found.Key != SharedFolder.MarkName
                && !(Path.GetExtension(found.Key) == FolderSounds.Extension && known.Contains(Path.GetFileNameWithoutExtension(found.Key)))
                && clock.GetUtcNow() - found.Written > youngest
            )
                await RemoveKeyAsync(found.Key, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes the copies.</summary>
    public void Dispose()
    {
        try
        {
            _copies.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.FileNotRemoved(e, _copies.Name);
        }
    }

    private static string KeyOf(string id) => id + FolderSounds.Extension;

    private string CopyOf(string id) => Path.Combine(_copies.FullName, KeyOf(id));

    private async Task RemoveKeyAsync(string key, CancellationToken cancellation)
    {
        try
        {
            await bucket.RemoveAsync(key, cancellation).ConfigureAwait(false);
        }
        catch (MelodyException e)
        {
            log.FileNotRemoved(e, key);
        }
    }
}
