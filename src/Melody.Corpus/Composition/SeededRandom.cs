using Melody.Foundation;

namespace Melody.Corpus.Composition;

/// <summary>
/// The generator SplitMix64: the same numbers on every machine and every version of .NET.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator of its own for a part of the work, so that changing one part leaves the others alone.</summary>
    public static SeededRandom For(ulong seed, string part)
    {
        ulong hash = 14695981039346656037UL; // FNV-1a
        foreach (char c in part)
            hash = (hash ^ c) * 1099511628211UL;
        return new SeededRandom(SplitMix64.Mix(seed ^ SplitMix64.Mix(hash)));
    }

    /// <summary>A seed for the <paramref name="index"/>-th thing that follows from <paramref name="seed"/>.</summary>
    public static ulong Derive(ulong seed, ulong index) => SplitMix64.Mix(SplitMix64.Mix(seed) + (index + 1) * SplitMix64.Increment);

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits() => SplitMix64.Mix(_state += SplitMix64.Increment);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Between(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in 0..count-1.</summary>
    public int Below(int count) => (int)(((UInt128)NextBits() * (ulong)count) >> 64);

    /// <summary>Uniform in low..high, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>One of the items, each as likely as its weight says.</summary>
    public T Pick<T>(IReadOnlyList<T> items, Func<T, double> weight)
    {
        double left = NextDouble() * items.Sum(weight);
        foreach (var item in items)
            if ((left -= weight(item)) < 0)
                return item;
        return items[^1];
    }

    /// <summary>The items in random order (Fisher-Yates).</summary>
    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        var all = items.ToArray();
        for (int i = all.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (all[i], all[j]) = (all[j], all[i]);
        }
        return all;
    }

    /// <summary>About normal (twelve uniforms), mean 0 and standard deviation 1.</summary>
    public double NextNormal()
    {
        double sum = -6.0;
        for (int i = 0; i < 12; i++)
            sum += NextDouble();
        return sum;
    }
}
