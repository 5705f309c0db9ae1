namespace Melody.Foundation;

/// <summary>
/// The mixing of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
/// neighbouring numbers become unrelated ones, the same on every machine and every version of .NET.
/// </summary>
internal static class SplitMix64
{
    /// <summary>What the generator adds to its state from number to number: 2^64 over the golden ratio.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>64 bits that look unrelated to those of <paramref name="z"/>; no two inputs share an output.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
