using System.Collections.Concurrent;

namespace Melody.Foundation;

/// <summary>
/// A folder for files that are needed for a moment, below the system's folder of temporary files. It goes when it is disposed of; one
/// that a
/// killed process has left goes when the next one of its kind is made, which a lock on a file within tells apart from those in use.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string Prefix = "melody-",
        LockName = ".lock";

    private static readonly ConcurrentDictionary<string, bool> Swept = new(StringComparer.Ordinal);

    private readonly FileStream _lock;

    private WorkFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Makes a folder.</summary>
    /// <param name="kind">What for, a part of its name.</param>
    /// <exception cref="MelodyException">There is no place for temporary files.</exception>
    public static WorkFolder Create(string kind)
    {
        var parent = System.IO.Path.GetTempPath();
        try
        {
            if (Swept.TryAdd(System.IO.Path.Combine(parent, kind), true))
                Sweep(parent, kind);
            var path = Directory.CreateTempSubdirectory($"{Prefix}{kind}-").FullName;
            var name = System.IO.Path.Combine(path, LockName);
            return new(path, new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException(
                $"No temporary files can be made in '{parent}' ({e.Message}); make that folder, or name another one in TMPDIR.",
                e
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // the next one of its kind takes it away
        _lock.Dispose();
    }

    /// <summary>Removes folders of a kind that no process holds any more.</summary>
    internal static void Sweep(string parent, string kind)
    {
        if (!Directory.Exists(parent))
            return;
        foreach (var folder in Directory.EnumerateDirectories(parent, $"{Prefix}{kind}-*"))
            try
            {
                var name = System.IO.Path.Combine(folder, LockName);
                // one without a lock is being made this moment, or is not ours
                if (!File.Exists(name))
                    continue;
                using (new FileStream(name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1))
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // in use, or another user's
    }
}
