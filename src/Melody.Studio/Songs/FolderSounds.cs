using Melody.Studio.Telemetry;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Songs;

/// <summary>Sounds in a folder, which may be shared over a network.</summary>
/// <param name="folder">The folder; it is there.</param>
/// <param name="youngest">How old a file without a song has to be before it is swept: another process may be about to add its song.</param>
/// <param name="clock">For the age of files.</param>
/// <param name="log">Reports files that stay.</param>
internal sealed class FolderSounds(string folder, TimeSpan youngest, TimeProvider clock, ILogger<FolderSounds> log) : ISoundStore
{
    /// <summary>The ending of its files.</summary>
    public const string Extension = ".flac";

    /// <inheritdoc/>
    public Task<long> WriteAsync(string id, Action<string> write, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                var path = PathOf(id);
                write(path);
                return new FileInfo(path).Length;
            },
            cancellation
        );

    /// <inheritdoc/>
    public Task<string> PathAsync(string id, CancellationToken cancellation) => Task.FromResult(PathOf(id));

    /// <inheritdoc/>
    public Task RemoveAsync(string id)
    {
        Remove(PathOf(id));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SweepAsync(IReadOnlySet<string> known, CancellationToken cancellation)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            if (
                (!known.Contains(Path.GetFileNameWithoutExtension(file)) || Path.GetExtension(file) != Extension)
                && Path.GetFileName(file) != SharedFolder.MarkName
                && (youngest == TimeSpan.Zero || clock.GetUtcNow() - File.GetLastWriteTimeUtc(file) > youngest)
            )
                Remove(file);
        return Task.CompletedTask;
    }

    private string PathOf(string id) => Path.Combine(folder, id + Extension);

    private void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.FileNotRemoved(e, Path.GetFileName(path));
        }
    }
}
