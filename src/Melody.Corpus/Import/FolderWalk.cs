namespace Melody.Corpus.Import;

/// <summary>
/// The files below a folder. Links to folders are followed, but no folder is entered twice, so that links to a parent or
/// to each other end.
/// </summary>
internal static class FolderWalk
{
    private const int MaximumLinks = 40;

    /// <summary>Paths of all files; those that are hidden and folders that cannot be read are left out.</summary>
    /// <exception cref="OperationCanceledException">The walk was cancelled.</exception>
    public static IEnumerable<string> Files(string folder, CancellationToken cancellation = default)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (waiting, links) = (new Stack<string>([folder]), new Queue<string>());
        var options = new EnumerationOptions { IgnoreInaccessible = true }; // hidden files are left out
        // real folders before links: a file is found under its own name and not under a link's
        while (waiting.TryPop(out string? next) || links.TryDequeue(out next))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Add(RealPath(next)))
                continue;
            string[] files,
                folders;
            try
            {
                files = Directory.GetFiles(next, "*", options);
                folders = Directory.GetDirectories(next, "*", options);
            }
            catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && next != folder)
            {
                continue;
            }
            Array.Sort(files, StringComparer.Ordinal);
            Array.Sort(folders, StringComparer.Ordinal);
            foreach (string file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return file;
            }
            foreach (string? inner in folders.Reverse())
                if (new DirectoryInfo(inner).LinkTarget is null)
                    waiting.Push(inner);
                else
                    links.Enqueue(inner);
        }
    }

    // the path without links, part by part
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MaximumLinks; links++)
        {
            string root = Path.GetPathRoot(full)!;
            var (done, replaced) = (root, false);
            string[] parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < parts.Length && !replaced; i++)
            {
                done = Path.Combine(done, parts[i]);
                if (new DirectoryInfo(done).LinkTarget is not { } target)
                    continue;
                string rest = string.Join(Path.DirectorySeparatorChar, parts[(i + 1)..]);
                full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(done)!, target, rest));
                replaced = true;
            }
            if (!replaced)
                return done;
        }
        return full;
    }
}
