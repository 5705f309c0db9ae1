#if !NET9_0_OR_GREATER
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Melody.Foundation;

/// <summary>
/// What later frameworks have, for .NET 8. Products and sums that they round once are rounded twice where the processor has no such
/// operation.
/// </summary>
internal static class Net8
{
    extension(Convert)
    {
        /// <summary>Bytes as hexadecimal digits, a to f.</summary>
        public static string ToHexStringLower(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
    }

    extension(Vector)
    {
        /// <summary>a * b + c.</summary>
        public static Vector<float> FusedMultiplyAdd(Vector<float> a, Vector<float> b, Vector<float> c) => a * b + c;

        /// <summary>e to the power of each value.</summary>
        public static Vector<float> Exp(Vector<float> values) => Each(values, MathF.Exp);

        /// <summary>The nearest whole numbers, even ones from halves.</summary>
        public static Vector<float> Round(Vector<float> values) => Each(values, MathF.Round);

        /// <summary>Values with the signs of others.</summary>
        public static Vector<float> CopySign(Vector<float> values, Vector<float> signs) =>
            Vector.ConditionalSelect(new Vector<int>(int.MinValue), signs, values);

        private static Vector<float> Each(Vector<float> values, Func<float, float> function)
        {
            Span<float> results = stackalloc float[Vector<float>.Count];
            for (int i = 0; i < results.Length; i++)
                results[i] = function(values[i]);
            return new(results);
        }
    }

    extension(Vector256)
    {
        /// <summary>a * b + c.</summary>
        public static Vector256<float> FusedMultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
            Fma.IsSupported ? Fma.MultiplyAdd(a, b, c) : a * b + c;

        /// <summary>The nearest whole numbers, even ones from halves, of values below 2^22.</summary>
        public static Vector256<float> Round(Vector256<float> values) =>
            values + Vector256.Create(12_582_912f) - Vector256.Create(12_582_912f); // 1.5 * 2^23, which leaves no room for fractions
    }

    /// <summary>Whether a value is among others.</summary>
    public static bool Contains<T>(this ReadOnlySpan<T> values, T value)
        where T : struct, Enum
    {
        foreach (var one in values)
            if (EqualityComparer<T>.Default.Equals(one, value))
                return true;
        return false;
    }
}

/// <summary>A lock as later frameworks have it; the statement <c>lock</c> takes it too.</summary>
internal sealed class Lock
{
    /// <summary>Waits for its turn.</summary>
    public void Enter() => Monitor.Enter(this);

    /// <summary>Lets others have theirs.</summary>
    public void Exit() => Monitor.Exit(this);
}
#endif
