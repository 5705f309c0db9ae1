using Melody.Foundation;

namespace Melody.Training.Data;

/// <summary>The random numbers of a batch: they follow from the run's seed and the batch's number alone.</summary>
internal static class BatchRandom
{
    /// <summary>
    /// Seed of the batches on which every stage is validated: the same whatever the seed of the run, so that runs compare.
    /// </summary>
    public const long ValidationSeed = 5;

    /// <summary>
    /// A generator for batch <paramref name="index"/>; neighbouring batches have unrelated draws (<see cref="SplitMix64"/>).
    /// </summary>
    public static Random For(long seed, long index)
    {
        return new Random((int)SplitMix64.Mix(unchecked((ulong)seed * SplitMix64.Increment + (ulong)index + SplitMix64.Increment)));
    }

    /// <summary>
    /// The entry in which a number falls, when entry i covers the numbers from <paramref name="ends"/>[i - 1] to
    /// <paramref name="ends"/>[i] - 1.
    /// </summary>
    public static int Find(long[] ends, long number)
    {
        int at = Array.BinarySearch(ends, number + 1);
        // of equal ends the first one, as those behind it cover nothing
        if (at < 0)
            return ~at;
        while (at > 0 && ends[at - 1] == ends[at])
            at--;
        return at;
    }
}
