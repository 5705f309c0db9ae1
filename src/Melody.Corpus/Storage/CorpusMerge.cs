using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>Brings shards that processes made in folders of their own into one: of one plan, each compared with its hashes.</summary>
internal static class CorpusMerge
{
    /// <summary>Copies what <paramref name="target"/> lacks; returns how many shards that were.</summary>
    /// <param name="sources">Folders of one corpus.</param>
    /// <param name="target">Where all shards go; it may be one of the sources.</param>
    /// <param name="cancellation">Ends the copying; what is there is whole.</param>
    /// <exception cref="MelodyException">A folder holds another corpus, a shard has changed, or two differ.</exception>
    public static int Run(IReadOnlyList<string> sources, string target, CancellationToken cancellation)
    {
        var plans = sources.Select(CorpusPlan.Read).ToList();
        foreach (var plan in plans)
            plan.Claim(target);
        int copied = 0;
        foreach (string source in sources)
        {
            if (Path.GetFullPath(source) == Path.GetFullPath(target))
                continue;
            foreach (int index in ShardFiles.FindComplete(source))
            {
                cancellation.ThrowIfCancellationRequested();
                var from = new ShardFiles(source, index, plans[0].AudioFormat);
                var to = new ShardFiles(target, index, plans[0].AudioFormat);
                copied += CopyShard(from.Hashes, to.Hashes, [from.Audio, from.Records], [to.Audio, to.Records], () =>
                {
                    from.Check(from.Records);
                    from.Check(from.Audio);
                }) ? 1 : 0;
            }
        }
        return copied;
    }

    /// <summary>Copies the files of a shard and its list of hashes, which makes it complete; false where it already exists.</summary>
    /// <param name="list">The list of hashes.</param>
    /// <param name="targetList">Where it goes.</param>
    /// <param name="files">The files.</param>
    /// <param name="targets">Where they go.</param>
    /// <param name="check">Compares the files with their hashes.</param>
    /// <exception cref="MelodyException">The target holds another shard of that number, or the files have changed.</exception>
    public static bool CopyShard(string list, string targetList, IReadOnlyList<string> files, IReadOnlyList<string> targets, Action check)
    {
        string hashes = File.ReadAllText(list);
        if (File.Exists(targetList) && targets.All(File.Exists))
        {
            if (File.ReadAllText(targetList) == hashes)
                return false;
            throw new MelodyException(
                $"'{list}' and '{targetList}' are two different shards of one number; they were not made by the same programs and fonts."
            );
        }
        check();
        for (int i = 0; i < files.Count; i++)
        {
            using var from = File.OpenRead(files[i]);
            AtomicFile.Write(targets[i], from.CopyTo);
        }
        AtomicFile.WriteText(targetList, hashes);
        return true;
    }
}
