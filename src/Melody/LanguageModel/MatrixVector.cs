using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// y = W x for a few vectors x at once on a CPU, as a step of a decoder needs it: the weights are read once, in the type
/// they are stored in, and everything else is float32.
/// </summary>
internal static unsafe class MatrixVector
{
    // below this many weights, waking another thread costs more than it saves
    private const long WorthSharing = 1 << 20;

    /// <summary>
    /// Whether <see cref="Multiply"/> can read the tensor in place: on the CPU, of rows without gaps, of a type and width it knows.
    /// </summary>
    public static bool Reads(Tensor weight) =>
        weight.device_type == TorchSharp.DeviceType.CPU
        && weight.is_contiguous()
        && weight.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && weight.shape[^1] % Vector256<float>.Count == 0;

    /// <summary>Writes [batch, rows] = x [batch, columns] Wᵀ.</summary>
    /// <param name="weight">[rows, columns].</param>
    /// <param name="type">Of the weight: float32 or bfloat16.</param>
    /// <param name="rows">Rows of the weight.</param>
    /// <param name="columns">Columns of the weight, a multiple of 8.</param>
    /// <param name="x">[batch, columns].</param>
    /// <param name="y">[batch, rows].</param>
    /// <param name="batch">Vectors.</param>
    public static void Multiply(byte* weight, ScalarType type, int rows, int columns, float* x, float* y, int batch)
    {
        if ((long)rows * columns < WorthSharing)
            Part(0, 0, rows);
        else
            ParallelRows.Run(rows, Part);

        void Part(int part, long first, long end)
        {
            if (type == ScalarType.BFloat16)
                Rows<BFloat16Element>(weight, (int)first, (int)end, rows, columns, x, y, batch);
            else
                Rows<Float32Element>(weight, (int)first, (int)end, rows, columns, x, y, batch);
        }
    }

    private static void Rows<T>(byte* weight, int first, int end, int rows, int columns, float* x, float* y, int batch)
        where T : struct, IVectorElement
    {
        int row = first;
        long stride = (long)columns * T.Size;
        for (; row + 4 <= end; row += 4)
        for (int b = 0; b < batch; b++)
        {
            byte* w0 = weight + row * stride,
                w1 = w0 + stride,
                w2 = w1 + stride,
                w3 = w2 + stride;
            float* input = x + (long)b * columns,
                output = y + (long)b * rows + row;
            Vector256<float> s0 = default,
                s1 = default,
                s2 = default,
                s3 = default;
            for (int i = 0; i < columns; i += Vector256<float>.Count)
            {
                var v = Vector256.Load(input + i);
                s0 = Vector256.FusedMultiplyAdd(T.Load(w0, i), v, s0);
                s1 = Vector256.FusedMultiplyAdd(T.Load(w1, i), v, s1);
                s2 = Vector256.FusedMultiplyAdd(T.Load(w2, i), v, s2);
                s3 = Vector256.FusedMultiplyAdd(T.Load(w3, i), v, s3);
            }
            output[0] = Vector256.Sum(s0);
            output[1] = Vector256.Sum(s1);
            output[2] = Vector256.Sum(s2);
            output[3] = Vector256.Sum(s3);
        }
        for (; row < end; row++)
        for (int b = 0; b < batch; b++)
        {
            Vector256<float> sum = default;
            for (int i = 0; i < columns; i += Vector256<float>.Count)
                sum = Vector256.FusedMultiplyAdd(T.Load(weight + row * stride, i), Vector256.Load(x + (long)b * columns + i), sum);
            y[(long)b * rows + row] = Vector256.Sum(sum);
        }
    }

    /// <summary>a · b.</summary>
    public static float Dot(float* a, float* b, int count)
    {
        Vector256<float> sum = default;
        for (int i = 0; i < count; i += Vector256<float>.Count)
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), sum);
        return Vector256.Sum(sum);
    }

    /// <summary>a += scale * b.</summary>
    public static void AddScaled(float* a, float* b, float scale, int count)
    {
        var factor = Vector256.Create(scale);
        for (int i = 0; i < count; i += Vector256<float>.Count)
            Vector256.FusedMultiplyAdd(Vector256.Load(b + i), factor, Vector256.Load(a + i)).Store(a + i);
    }
}
