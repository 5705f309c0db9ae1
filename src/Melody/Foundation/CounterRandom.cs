using System.Runtime.CompilerServices;

namespace Melody.Foundation;

/// <summary>
/// Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", 2011). Number i is a function of (seed, stream, i) alone, so any part of a sequence can be drawn on its own,
/// in any order, and the same seed gives the same numbers on every machine.
/// </summary>
/// <remarks>
/// The key is the seed; the counter's low half is the block number, its high half the stream. A uniform number takes 64
/// bits of a block and keeps the upper 53; a normal number takes two of them (Box and Muller), so one block holds two
/// of either. Normal numbers pass through the platform's logarithm and cosine, which may differ in the last bit of a
/// double; rounded to float32 they agree but for rare ties.
/// </remarks>
internal readonly struct CounterRandom(ulong seed, ulong stream = 0)
{
    private const uint Multiplier0 = 0xD2511F53,
        Multiplier1 = 0xCD9E8D57,
        Weyl0 = 0x9E3779B9,
        Weyl1 = 0xBB67AE85;

    /// <summary>The seed, which is the cipher's key.</summary>
    public ulong Seed => seed;

    /// <summary>Which of the 2^64 independent sequences of this seed.</summary>
    public ulong Stream => stream;

    /// <summary>An independent sequence of the same seed, one for each purpose.</summary>
    public CounterRandom Fork(ulong otherStream) => new(seed, otherStream);

    /// <summary>Number <paramref name="index"/> of the uniform sequence, in [0, 1).</summary>
    public double Uniform(ulong index)
    {
        var (low, high) = Words(index / 2);
        return ToUnit(index % 2 == 0 ? low : high);
    }

    /// <summary>An integer in [0, <paramref name="bound"/>); the bias, at most bound / 2^53, is of no consequence here.</summary>
    public long Integer(ulong index, long bound) => (long)(Uniform(index) * bound);

    /// <summary>Number <paramref name="index"/> of the normal sequence, from N(0, 1).</summary>
    public double Normal(ulong index)
    {
        var (cosine, sine) = NormalPair(index / 2);
        return index % 2 == 0 ? cosine : sine;
    }

    /// <summary>Fills with numbers <paramref name="first"/>, first + 1, ... of the normal sequence.</summary>
    public void FillNormal(Span<float> destination, ulong first = 0)
    {
        int i = 0;
        if (first % 2 == 1 && destination.Length > 0)
            destination[i++] = (float)Normal(first);
        for (; i + 1 < destination.Length; i += 2)
        {
            var (cosine, sine) = NormalPair((first + (ulong)i) / 2);
            (destination[i], destination[i + 1]) = ((float)cosine, (float)sine);
        }
        if (i < destination.Length)
            destination[i] = (float)Normal(first + (ulong)i);
    }

    /// <summary>An order of 0 .. <paramref name="count"/> - 1 in which each order is equally likely (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)Integer((ulong)i, i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>The cipher: ten rounds over four counter words with two key words.</summary>
    public static (uint, uint, uint, uint) Philox((uint A, uint B, uint C, uint D) counter, (uint A, uint B) key)
    {
        var (a, b, c, d) = counter;
        var (k, l) = key;
        for (int round = 0; round < 10; round++)
        {
            ulong p = (ulong)Multiplier0 * a,
                q = (ulong)Multiplier1 * c;
            (a, b, c, d) = ((uint)(q >> 32) ^ b ^ k, (uint)q, (uint)(p >> 32) ^ d ^ l, (uint)p);
            (k, l) = (k + Weyl0, l + Weyl1);
        }
        return (a, b, c, d);
    }

    private (ulong Low, ulong High) Words(ulong block)
    {
        var (a, b, c, d) = Philox(((uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32)), ((uint)seed, (uint)(seed >> 32)));
        return ((ulong)b << 32 | a, (ulong)d << 32 | c);
    }

    private (double Cosine, double Sine) NormalPair(ulong block)
    {
        var (low, high) = Words(block);
        double radius = Math.Sqrt(-2 * Math.Log(1 - ToUnit(low)));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * ToUnit(high));
        return (radius * cosine, radius * sine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ToUnit(ulong bits) => (bits >> 11) * (1.0 / (1L << 53));
}
