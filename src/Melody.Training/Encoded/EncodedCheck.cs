using System.Globalization;
using Melody.Corpus.Storage;

namespace Melody.Training.Encoded;

/// <summary>Checks and joins the shards of an encoded corpus that many processes made.</summary>
internal static class EncodedCheck
{
    private const int MaxListed = 20;

    /// <summary>Opens every shard of the plan: its hash, its source and its tables.</summary>
    /// <returns>Pieces, hours, and a sentence for each fault.</returns>
    /// <exception cref="MelodyException">The folder holds no encoded corpus.</exception>
    public static (int Shards, double Hours, IReadOnlyList<string> Faults) Run(
        string folder,
        Action<double>? progress,
        CancellationToken cancellation
    )
    {
        var plan = EncodedPlan.Read(folder);
        var faults = new List<string>();
        int done = 0;
        double seconds = 0;
        foreach (var source in plan.Shards)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                using var tables = EncodedShardTables.Open(new EncodedShard(folder, source.Index), source, plan);
                seconds += tables.Pieces.Sum(piece => (double)piece.Tokens * plan.TokenHop / plan.SampleRate);
            }
            catch (MelodyException e)
            {
                faults.Add(e.Message);
            }
            progress?.Invoke(++done / (double)plan.Shards.Count);
        }
        int sound = plan.Shards.Count - faults.Count;
        if (faults.Count > MaxListed)
            faults = [.. faults.Take(MaxListed), string.Create(CultureInfo.InvariantCulture, $"… and {faults.Count - MaxListed} more.")];
        return (sound, seconds / 3600, faults);
    }

    /// <summary>Copies the shards that <paramref name="target"/> lacks; returns how many.</summary>
    /// <exception cref="MelodyException">A folder was encoded by another model or from another corpus, or a shard has changed.</exception>
    public static int Merge(IReadOnlyList<string> sources, string target, CancellationToken cancellation)
    {
        var plans = sources.Select(EncodedPlan.Read).ToList();
        for (int i = 1; i < plans.Count; i++)
            if (!plans[i].Shards.SequenceEqual(plans[0].Shards))
                throw new MelodyException($"'{sources[i]}' and '{sources[0]}' were encoded from different corpora.");
        foreach (var plan in plans)
            plan.Claim(target);
        int copied = 0;
        foreach (var folder in sources.Where(folder => Path.GetFullPath(folder) != Path.GetFullPath(target)))
        foreach (var source in plans[0].Shards)
        {
            cancellation.ThrowIfCancellationRequested();
            EncodedShard from = new(folder, source.Index),
                to = new(target, source.Index);
            if (!File.Exists(from.Hash))
                continue; // another folder has it
            copied += CorpusMerge.CopyShard(from.Hash, to.Hash, [from.Data], [to.Data], () => from.Open(source).Dispose()) ? 1 : 0;
        }
        return copied;
    }
}
