using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Melody.Foundation;

/// <summary>
/// Temporary files of <see cref="AtomicFile"/> that a killed process has left. Whoever writes one holds a lock on it, which ends with its
/// process: what can be locked is nobody's.
/// </summary>
internal static partial class Leftovers
{
    // between the making of a file and its lock lies a moment
    private static readonly TimeSpan Youngest = TimeSpan.FromSeconds(1);

    private static readonly ConcurrentDictionary<string, bool> Swept = new(StringComparer.Ordinal);

    /// <summary>Removes them from a folder, once in the life of a process.</summary>
    public static void Sweep(string folder)
    {
        if (Swept.TryAdd(folder, true))
            Remove(folder);
    }

    /// <summary>Removes them from a folder.</summary>
    internal static void Remove(string folder)
    {
        try
        {
            if (!LocksHold(folder))
                return;
            foreach (var path in Directory.EnumerateFiles(folder, ".*.tmp").Where(path => Ours().IsMatch(Path.GetFileName(path))))
                if (File.GetLastWriteTimeUtc(path) < DateTime.UtcNow - Youngest && IsFree(path))
                    File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // what is to be written there will tell
    }

    private static bool IsFree(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // some network file systems know no locks: there, nothing is taken for free
    private static bool LocksHold(string folder)
    {
        if (!Directory.EnumerateFiles(folder, ".*.tmp").Any(path => Ours().IsMatch(Path.GetFileName(path))))
            return false;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            Options = FileOptions.DeleteOnClose,
        };
        using var probe = new FileStream(Path.Combine(folder, $".probe.{Guid.NewGuid():N}.tmp"), options);
        return !IsFree(probe.Name);
    }

    [GeneratedRegex(@"^\..+\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex Ours();
}
