using System.Text;
using Melody.Studio.Songs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.ObjectStorage;

/// <summary>The bucket in which the processes at one database keep their sounds.</summary>
internal sealed class SharedBucket : ISoundPlace
{
    private readonly Bucket _bucket;

    /// <param name="address">Bucket and prefix.</param>
    /// <exception cref="MelodyException">There are no keys for it.</exception>
    public SharedBucket(BucketAddress address) => _bucket = new(address);

    /// <inheritdoc/>
    public async Task<string> MarkAsync(string? mark, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        bool marked = await _bucket.ReadAsync(SharedFolder.MarkName, content, cancellation).ConfigureAwait(false);
        var there = marked ? Encoding.UTF8.GetString(content.ToArray()).Trim() : null;
        if (mark is not null)
            return there == mark
                ? mark
                : throw new MelodyException(
                    $"The bucket '{_bucket.Address}' is not the one in which the sounds of this database lie; "
                        + "give --sounds the one that all its processes share."
                );
        var all = await _bucket.ListAsync(cancellation).ConfigureAwait(false);
        // their songs are in another database, and here they would be taken for left over
        if (all.Exists(found => found.Key.EndsWith(FolderSounds.Extension, StringComparison.Ordinal)))
            throw new MelodyException(
                $"The bucket '{_bucket.Address}' holds the sounds of another library; give --sounds an empty prefix, or --database that "
                    + "library's."
            );
        if (there is { Length: > 0 })
            return there;
        mark = Guid.NewGuid().ToString("N");
        await _bucket.PutTextAsync(SharedFolder.MarkName, mark + "\n", cancellation).ConfigureAwait(false);
        return mark;
    }

    /// <inheritdoc/>
    public ISoundStore Open(IServiceProvider services) =>
        new BucketSounds(_bucket, SharedFolder.Youngest, TimeProvider.System, services.GetRequiredService<ILogger<BucketSounds>>());

    /// <inheritdoc/>
    public void Dispose() => _bucket.Dispose();
}
