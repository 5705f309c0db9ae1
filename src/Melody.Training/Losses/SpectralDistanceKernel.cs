using System.Runtime.Intrinsics;
using Melody.Runtime;
using static System.Runtime.Intrinsics.Vector256;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// The sums of <see cref="SpectralDistance"/> and their gradient, four complex numbers at a time. A power stands in both
/// places of its number, so that it can be multiplied to it again. Results do not depend on the number of threads.
/// </summary>
internal static unsafe class SpectralDistanceKernel
{
    // values of a block, of which sums are kept in float32
    private const int Block = 1 << 12;

    /// <summary>Sums over all numbers.</summary>
    internal readonly record struct Sums(double Difference, double LogDifference, double SquaredDifference, double SquaredTarget)
    {
        public static Sums operator +(Sums a, Sums b) =>
            new(
                a.Difference + b.Difference,
                a.LogDifference + b.LogDifference,
                a.SquaredDifference + b.SquaredDifference,
                a.SquaredTarget + b.SquaredTarget
            );
    }

    /// <summary>Compares magnitudes of contiguous float32 [..., 2], held at <paramref name="floor"/>.</summary>
    public static Sums Compare(Tensor x, Tensor y, float floor)
    {
        float* left = (float*)TensorMemory.Data(x),
            right = (float*)TensorMemory.Data(y);
        var sums = new Sums[ParallelRows.Blocks(x.numel(), Block)];
        ParallelRows.RunBlocks(x.numel(), Block, (block, first, end) =>
            sums[block] = Compare(left + first, right + first, (int)(end - first), floor)
        );
        return sums.Aggregate((a, b) => a + b);
    }

    /// <summary>
    /// The gradient with respect to x: that of one magnitude a beside b is sign(a - b) (<paramref name="difference"/> +
    /// <paramref name="logDifference"/> / a) + <paramref name="squared"/> (a - b), in the direction of its number.
    /// </summary>
    public static Tensor Gradient(Tensor x, Tensor y, float floor, float difference, float logDifference, float squared)
    {
        var gradient = empty_like(x);
        float* left = (float*)TensorMemory.Data(x),
            right = (float*)TensorMemory.Data(y),
            output = (float*)TensorMemory.Data(gradient);
        ParallelRows.RunBlocks(x.numel(), Block, (_, first, end) =>
            Differentiate(left, right, output, first, end, floor, difference, logDifference, squared)
        );
        return gradient;
    }

    private static Sums Compare(float* x, float* y, int count, float floor)
    {
        var smallest = Create(floor * floor);
        Vector256<float> difference = default,
            log = default,
            squared = default,
            target = default;
        int i = 0;
        for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
        {
            var (p, q) = (Max(Powers(Load(x + i)), smallest), Max(Powers(Load(y + i)), smallest));
            var apart = Sqrt(p) - Sqrt(q);
            difference += Abs(apart);
            log += Abs(Log(p / q));
            squared += apart * apart;
            target += q;
        }
        // each number was counted in both of its places, and a logarithm of powers is twice that of magnitudes
        var sums = new Sums(0.5 * Sum(difference), 0.25 * Sum(log), 0.5 * Sum(squared), 0.5 * Sum(target));
        for (; i < count; i += 2)
        {
            double p = Math.Max(x[i] * x[i] + x[i + 1] * x[i + 1], floor * floor),
                q = Math.Max(y[i] * y[i] + y[i + 1] * y[i + 1], floor * floor);
            double apart = Math.Sqrt(p) - Math.Sqrt(q);
            sums += new Sums(Math.Abs(apart), 0.5 * Math.Abs(Math.Log(p / q)), apart * apart, q);
        }
        return sums;
    }

    private static void Differentiate(
        float* x,
        float* y,
        float* output,
        long first,
        long end,
        float floor,
        float difference,
        float logDifference,
        float squared
    )
    {
        var smallest = Create(floor * floor);
        var (ofDifference, ofLog, ofSquare) = (Create(difference), Create(logDifference), Create(squared));
        long i = first;
        for (; i + Vector256<float>.Count <= end; i += Vector256<float>.Count)
        {
            var number = Load(x + i);
            var power = Powers(number);
            var (a, b) = (Sqrt(Max(power, smallest)), Sqrt(Max(Powers(Load(y + i)), smallest)));
            var apart = a - b;
            var inverse = Vector256<float>.One / a;
            var along = ofDifference + ofLog * inverse;
            var sign = ConditionalSelect(GreaterThan(apart, default), along, ConditionalSelect(LessThan(apart, default), -along, default));
            var slope = (sign + ofSquare * apart) * inverse;
            ConditionalSelect(GreaterThanOrEqual(power, smallest), number * slope, default).Store(output + i);
        }
        for (; i < end; i += 2)
        {
            float power = x[i] * x[i] + x[i + 1] * x[i + 1];
            float a = MathF.Sqrt(MathF.Max(power, floor * floor)),
                b = MathF.Sqrt(MathF.Max(y[i] * y[i] + y[i + 1] * y[i + 1], floor * floor));
            float slope = power < floor * floor ? 0 : (MathF.Sign(a - b) * (difference + logDifference / a) + squared * (a - b)) / a;
            (output[i], output[i + 1]) = (x[i] * slope, x[i + 1] * slope);
        }
    }

    // |z|² in both places of each z
    private static Vector256<float> Powers(Vector256<float> numbers)
    {
        var squares = numbers * numbers;
        return squares + Shuffle(squares, Create(1, 0, 3, 2, 5, 4, 7, 6));
    }
}
