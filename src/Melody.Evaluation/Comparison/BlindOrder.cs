using Melody.Foundation;

namespace Melody.Evaluation.Comparison;

/// <summary>Which side is called A: the first one for half of the prompts, drawn by a seed, the same on every machine.</summary>
internal static class BlindOrder
{
    /// <summary>True where A is the first side; of an odd number of prompts the one left over is drawn too.</summary>
    public static IReadOnlyList<bool> Draw(int count, long seed)
    {
        ulong state = (ulong)seed;
        bool[] order = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0)];
        if (count % 2 == 1)
            order[^1] = Below(2) == 0;
        for (int i = count - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;

        int Below(int limit)
        {
            state += SplitMix64.Increment;
            return (int)(SplitMix64.Mix(state) % (ulong)limit);
        }
    }
}
