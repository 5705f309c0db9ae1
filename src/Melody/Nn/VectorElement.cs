using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Melody.Nn;

/// <summary>Reads and writes eight neighbouring values of a tensor as float32, whatever their type in memory.</summary>
internal unsafe interface IVectorElement
{
    /// <summary>Bytes of one value.</summary>
    static abstract int Size { get; }

    /// <summary>Values <paramref name="index"/> .. <paramref name="index"/> + 7.</summary>
    static abstract Vector256<float> Load(byte* values, long index);

    /// <summary>Overwrites values <paramref name="index"/> .. <paramref name="index"/> + 7.</summary>
    static abstract void Store(byte* values, long index, Vector256<float> vector);
}

/// <summary>float32 in memory.</summary>
internal readonly unsafe struct Float32Element : IVectorElement
{
    /// <inheritdoc/>
    public static int Size => sizeof(float);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* values, long index) => Vector256.Load((float*)values + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* values, long index, Vector256<float> vector) => vector.Store((float*)values + index);
}

/// <summary>bfloat16 in memory: the upper half of a float32, rounded to nearest even.</summary>
internal readonly unsafe struct BFloat16Element : IVectorElement
{
    /// <inheritdoc/>
    public static int Size => sizeof(ushort);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* values, long index)
    {
        var narrow = Vector128.Load((ushort*)values + index);
        return (Vector256.WidenLower(narrow.ToVector256Unsafe()) << 16).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* values, long index, Vector256<float> vector)
    {
        var bits = vector.AsUInt32();
        var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        Vector256.Narrow(rounded, rounded).GetLower().Store((ushort*)values + index);
    }
}

/// <summary>Elementary functions of eight float32 values at once, to about seven digits.</summary>
internal static class VectorMath
{
    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    /// <summary>e^x = 2^n 2^r with a whole n and |r| at most 1/2; 2^r by its Taylor series, whose next term is 1.2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        var power = Vector256.Min(Vector256.Max(x * 1.44269504f, Vector256.Create(-126f)), Vector256.Create(126f));
        var whole = Vector256.Round(power);
        var r = (power - whole) * 0.693147181f;
        var series = Vector256.Create(1 / 720f);
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1 / 120f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1 / 24f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1 / 6f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(0.5f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256<float>.One);
        series = Vector256.FusedMultiplyAdd(series, r, Vector256<float>.One);
        return series * ((Vector256.ConvertToInt32(whole) + Vector256.Create(127)) << 23).AsSingle();
    }
}
