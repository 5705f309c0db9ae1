using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// The root mean square norm with its own backward pass on a CPU: each row is read once and written once, where the
/// written-out formula sends ten tensors of the input's size through memory.
/// With s = 1 / sqrt(mean(x²) + epsilon) and g the gain: y = x s g, dx = s (g dy - x s² mean(g dy x)), dg = sum over rows of dy x s.
/// </summary>
internal sealed class RmsNormFunction : autograd.SingleTensorFunction<RmsNormFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(RmsNormFunction);

    /// <summary>Whether the kernel serves this tensor.</summary>
    public static bool Serves(Tensor input) =>
        input.device_type == DeviceType.CPU && input.shape[^1] % 8 == 0 && input.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    /// <param name="input">[..., width].</param>
    /// <param name="gain">[width].</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public static Tensor Run(Tensor input, Tensor gain, double epsilon)
    {
        var exactGain = gain.to_type(ScalarType.Float32);
        return is_grad_enabled() && (input.requires_grad || gain.requires_grad)
            ? apply(input, exactGain, epsilon)
            : Normalize(input, exactGain, epsilon);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, gain, epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        ctx.save_for_backward([input, gain]);
        ctx.save_data("epsilon", epsilon);
        return Normalize(input, gain, epsilon);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var saved = ctx.get_saved_variables();
        Tensor input = saved[0].contiguous(),
            gain = saved[1].contiguous(),
            outer = grad_output.to_type(input.dtype).contiguous();
        long width = gain.shape[0],
            rows = input.numel() / Math.Max(1, width);
        var inner = empty_like(input);
        var gains = zeros([ParallelRows.Parts(rows), width], ScalarType.Float32);
        double epsilon = (double)ctx.get_data("epsilon");
        ParallelRows.Run(rows, (part, first, end) =>
        {
            if (input.dtype == ScalarType.BFloat16)
                Backward<BFloat16Element>(input, gain, outer, inner, gains, epsilon, part, first, end);
            else
                Backward<Float32Element>(input, gain, outer, inner, gains, epsilon, part, first, end);
        });
        return [inner.MoveToOuterDisposeScope(), gains.sum(dim: 0).MoveToOuterDisposeScope(), null!];
    }

    private static Tensor Normalize(Tensor input, Tensor gain, double epsilon)
    {
        using var scope = NewDisposeScope();
        input = input.contiguous();
        gain = gain.contiguous();
        var output = empty_like(input);
        ParallelRows.Run(input.numel() / Math.Max(1, gain.shape[0]), (_, first, end) =>
        {
            if (input.dtype == ScalarType.BFloat16)
                Forward<BFloat16Element>(input, gain, output, epsilon, first, end);
            else
                Forward<Float32Element>(input, gain, output, epsilon, first, end);
        });
        return output.MoveToOuterDisposeScope();
    }

    private static unsafe void Forward<T>(Tensor input, Tensor gain, Tensor output, double epsilon, long first, long end)
        where T : struct, IVectorElement
    {
        int width = (int)gain.shape[0];
        byte* x = Data(input) + first * width * T.Size,
            y = Data(output) + first * width * T.Size;
        float* g = (float*)Data(gain);
        for (long row = first; row < end; row++, x += width * T.Size, y += width * T.Size)
        {
            var scale = Vector256.Create(Scale<T>(x, width, epsilon));
            for (int i = 0; i < width; i += 8)
                T.Store(y, i, T.Load(x, i) * scale * Vector256.Load(g + i));
        }
    }

    private static unsafe void Backward<T>(
        Tensor input,
        Tensor gain,
        Tensor outer,
        Tensor inner,
        Tensor gains,
        double epsilon,
        int part,
        long first,
        long end
    )
        where T : struct, IVectorElement
    {
        int width = (int)gain.shape[0];
        byte* x = Data(input) + first * width * T.Size,
            dy = Data(outer) + first * width * T.Size,
            dx = Data(inner) + first * width * T.Size;
        float* g = (float*)Data(gain),
            dg = (float*)Data(gains) + (long)part * width;
        for (long row = first; row < end; row++, x += width * T.Size, dy += width * T.Size, dx += width * T.Size)
        {
            float scale = Scale<T>(x, width, epsilon);
            var scales = Vector256.Create(scale);
            var products = Vector256<float>.Zero;
            for (int i = 0; i < width; i += 8)
            {
                var product = T.Load(dy, i) * T.Load(x, i);
                products += product * Vector256.Load(g + i);
                Vector256.FusedMultiplyAdd(product, scales, Vector256.Load(dg + i)).Store(dg + i);
            }
            var along = Vector256.Create(Vector256.Sum(products) / width * scale * scale);
            for (int i = 0; i < width; i += 8)
                T.Store(dx, i, scales * (Vector256.Load(g + i) * T.Load(dy, i) - T.Load(x, i) * along));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe float Scale<T>(byte* x, int width, double epsilon)
        where T : struct, IVectorElement
    {
        var squares = Vector256<float>.Zero;
        for (int i = 0; i < width; i += 8)
        {
            var v = T.Load(x, i);
            squares += v * v;
        }
        return (float)(1 / Math.Sqrt(Vector256.Sum(squares) / width + epsilon));
    }

    private static unsafe byte* Data(Tensor tensor) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
