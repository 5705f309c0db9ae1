namespace Melody.Training.Data;

/// <summary>The random numbers of a batch: they follow from the run's seed and the batch's number alone.</summary>
internal static class BatchRandom
{
    /// <summary>A generator for batch <paramref name="index"/>; neighbouring batches have unrelated draws (SplitMix64's mixing).</summary>
    public static Random For(long seed, long index)
    {
        ulong z = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)index + 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return new Random((int)(z ^ (z >> 31)));
    }

    /// <summary>The entry in which a number falls, when entry i covers the numbers from <paramref name="ends"/>[i - 1] to <paramref name="ends"/>[i] - 1.</summary>
    public static int Find(long[] ends, long number)
    {
        int at = Array.BinarySearch(ends, number + 1);
        // of equal ends the first one, as those behind it cover nothing
        if (at < 0) return ~at;
        while (at > 0 && ends[at - 1] == ends[at]) at--;
        return at;
    }
}
