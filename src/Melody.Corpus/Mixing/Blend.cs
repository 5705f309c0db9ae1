using System.Numerics;
using System.Runtime.InteropServices;

namespace Melody.Corpus.Mixing;

/// <summary>Sums of scaled signals, element by element: the same result on every machine whatever the width of its vectors.</summary>
internal static class Blend
{
    /// <summary>target += gain * source.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> source, float gain)
    {
        var targets = MemoryMarshal.Cast<float, Vector<float>>(target);
        var sources = MemoryMarshal.Cast<float, Vector<float>>(source);
        for (int i = 0; i < targets.Length; i++)
            targets[i] += gain * sources[i];
        for (int n = targets.Length * Vector<float>.Count; n < target.Length; n++)
            target[n] += gain * source[n];
    }

    /// <summary>target *= gain.</summary>
    public static void Scale(Span<float> target, float gain)
    {
        var targets = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (int i = 0; i < targets.Length; i++)
            targets[i] *= gain;
        for (int n = targets.Length * Vector<float>.Count; n < target.Length; n++)
            target[n] *= gain;
    }

    /// <summary>target = (first + sign * second) / 2.</summary>
    public static void Half(Span<float> target, ReadOnlySpan<float> first, ReadOnlySpan<float> second, float sign)
    {
        for (int n = 0; n < target.Length; n++)
            target[n] = 0.5f * (first[n] + sign * second[n]);
    }

    /// <summary>The sum of squares, in double precision and in order.</summary>
    public static double Energy(ReadOnlySpan<float> samples) => Product(samples, samples);

    /// <summary>The sum of products, in double precision and in order.</summary>
    public static double Product(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double a = 0,
            b = 0,
            c = 0,
            d = 0;
        int n = 0;
        for (; n + 4 <= first.Length; n += 4)
        {
            a += (double)first[n] * second[n];
            b += (double)first[n + 1] * second[n + 1];
            c += (double)first[n + 2] * second[n + 2];
            d += (double)first[n + 3] * second[n + 3];
        }
        for (; n < first.Length; n++)
            a += (double)first[n] * second[n];
        return a + b + c + d;
    }
}
