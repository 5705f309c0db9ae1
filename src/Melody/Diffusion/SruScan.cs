using System.Runtime.InteropServices;
using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The recurrence of the simple recurrent unit (Lei et al., 2018, eq. 1-7), both directions at once, with its own
/// backward pass. With candidate u, gates' inputs p and q, highway input x, recurrent vectors v and biases b:
/// <code>
/// f = sigmoid(p + v_f c' + b_f),  r = sigmoid(q + v_r c' + b_r),  c = f c' + (1 - f) u,  h = r c + (1 - r) a x
/// </code>
/// where c' is the state before and a = sqrt(3) keeps the variance of the highway at the start of training. libtorch
/// has no such operation and, written out, each of its many small tensors crosses memory; hence the kernel.
/// </summary>
internal sealed class SruScan : autograd.SingleTensorFunction<SruScan>
{
    /// <summary>a, for gates that start at one half: sqrt(1 + 2 e^0).</summary>
    public const float HighwayScale = 1.7320508f;

    /// <inheritdoc/>
    public override string Name => nameof(SruScan);

    /// <summary>The whole recurrence over [rows, steps], along steps.</summary>
    /// <param name="gates">[rows, steps, 2, gates, width]: per direction u, p, q and, where there are four, the highway input.</param>
    /// <param name="highway">[rows, steps, 2 width], halves for the two directions; null where <paramref name="gates"/> holds it.</param>
    /// <param name="recurrent">v, float32 [2, 2, width]: per direction v_f, v_r.</param>
    /// <param name="bias">b, float32 [2, 2, width].</param>
    /// <returns>h, [rows, steps, 2 width]: the forward direction, then the backward one.</returns>
    public static Tensor Run(Tensor gates, Tensor? highway, Tensor recurrent, Tensor bias)
    {
        if (!RunsOnCpu(gates) && !SruCudaKernel.Serves(gates))
            return StepByStep(gates, highway, recurrent, bias);
        if (is_grad_enabled() && (gates.requires_grad || recurrent.requires_grad || bias.requires_grad))
            return highway is null ? apply(gates, recurrent, bias) : apply(gates, recurrent, bias, highway);
        return Forward(gates, highway, recurrent, bias);
    }

    /// <summary>The same with one tensor operation after the other, for devices and widths that no kernel serves.</summary>
    public static Tensor StepByStep(Tensor gates, Tensor? highway, Tensor recurrent, Tensor bias)
    {
        long rows = gates.shape[0],
            steps = gates.shape[1],
            width = gates.shape[4];
        var all = gates.to_type(ScalarType.Float32);
        var skip = (highway is null ? all.select(3, 3) : highway.to_type(ScalarType.Float32).view(rows, steps, 2, width)) * HighwayScale;
        var directions = new Tensor[2];
        for (int d = 0; d < 2; d++)
        {
            var outputs = new Tensor[steps];
            var state = zeros([rows, width], ScalarType.Float32, gates.device);
            for (int n = 0; n < steps; n++)
            {
                long t = d == 0 ? n : steps - 1 - n;
                var (u, x) = (all[.., t, d, 0], skip[.., t, d]);
                var f = sigmoid(all[.., t, d, 1] + recurrent[d, 0] * state + bias[d, 0]);
                var r = sigmoid(all[.., t, d, 2] + recurrent[d, 1] * state + bias[d, 1]);
                state = f * state + (1 - f) * u;
                outputs[t] = r * state + (1 - r) * x;
            }
            directions[d] = stack(outputs, 1);
        }
        return cat(directions, -1).to_type(gates.dtype);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var inputs = vars.Cast<Tensor>().ToList();
        ctx.save_for_backward(inputs);
        return Forward(inputs[0], inputs.Count > 3 ? inputs[3] : null, inputs[1], inputs[2]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        return Backward(saved[0], saved.Count > 3 ? saved[3] : null, saved[1], saved[2], grad_output);
    }

    private static bool RunsOnCpu(Tensor gates) =>
        gates.device_type == TorchSharp.DeviceType.CPU
        && gates.shape[4] % 8 == 0
        && gates.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    private static Tensor Forward(Tensor gates, Tensor? highway, Tensor recurrent, Tensor bias)
    {
        if (!RunsOnCpu(gates))
            return SruCudaKernel.Forward(gates, highway, recurrent, bias);
        var shape = gates.shape;
        using var scope = NewDisposeScope();
        var output = empty([shape[0], shape[1], 2 * shape[4]], gates.dtype);
        var memory = new Memory(gates.contiguous(), highway?.contiguous(), recurrent.contiguous(), bias.contiguous(), output);
        ParallelRows.Run(shape[0], (_, first, end) => memory.Forward(first, end));
        return output.MoveToOuterDisposeScope();
    }

    private static List<Tensor> Backward(Tensor gates, Tensor? highway, Tensor recurrent, Tensor bias, Tensor outputGradient)
    {
        if (!RunsOnCpu(gates))
            return SruCudaKernel.Backward(gates, highway, recurrent, bias, outputGradient);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        long rows = gates.shape[0];
        var memory = new Memory(
            gates.contiguous(),
            highway?.contiguous(),
            recurrent.contiguous(),
            bias.contiguous(),
            outputGradient.to_type(gates.dtype).contiguous()
        );
        var dGates = empty_like(memory.Gates);
        var dHighway = memory.Highway is null ? null : empty_like(memory.Highway);
        // a sum of its own for each part, so that parts need not wait for each other and the result is always the same
        var dVectors = zeros([ParallelRows.Parts(rows), 2, 2, 2, gates.shape[4]], ScalarType.Float32);
        ParallelRows.Run(rows, (part, first, end) => memory.Backward(dGates, dHighway, dVectors, part, first, end));
        var sums = dVectors.sum(dim: 0);
        List<Tensor> gradients = [dGates.MoveToOuterDisposeScope(), sums[0].MoveToOuterDisposeScope(), sums[1].MoveToOuterDisposeScope()];
        if (dHighway is not null)
            gradients.Add(dHighway.MoveToOuterDisposeScope());
        return gradients;
    }

    /// <summary>The tensors of one call, cut into sequences for <see cref="SruKernel"/>.</summary>
    private sealed unsafe record Memory(Tensor Gates, Tensor? Highway, Tensor Recurrent, Tensor Bias, Tensor Output)
    {
        private readonly int _steps = (int)Gates.shape[1],
            _gates = (int)Gates.shape[3],
            _width = (int)Gates.shape[4];

        public void Forward(long first, long end)
        {
            float* state = (float*)NativeMemory.Alloc((nuint)_width, sizeof(float));
            try
            {
                for (long row = first; row < end; row++)
                for (int direction = 0; direction < 2; direction++)
                    if (Gates.dtype == ScalarType.BFloat16)
                        SruKernel.Forward<BFloat16Element>(Sequence(row, direction), state);
                    else
                        SruKernel.Forward<Float32Element>(Sequence(row, direction), state);
            }
            finally
            {
                NativeMemory.Free(state);
            }
        }

        public void Backward(Tensor dGates, Tensor? dHighway, Tensor dVectors, int part, long first, long end)
        {
            float* scratch = (float*)NativeMemory.Alloc((nuint)((3 * _steps + 2) * _width), sizeof(float));
            float* vectors = (float*)Data(dVectors) + (long)part * 8 * _width;
            try
            {
                for (long row = first; row < end; row++)
                for (int direction = 0; direction < 2; direction++)
                {
                    var gradients = new SruKernel.Gradients
                    {
                        Gates = GateData(dGates, row, direction),
                        Highway = HighwayData(dHighway, dGates, row, direction),
                        Recurrent = vectors + direction * 2 * _width,
                        Bias = vectors + (2 + direction) * 2 * _width,
                    };
                    if (Gates.dtype == ScalarType.BFloat16)
                        SruKernel.Backward<BFloat16Element>(Sequence(row, direction), gradients, scratch);
                    else
                        SruKernel.Backward<Float32Element>(Sequence(row, direction), gradients, scratch);
                }
            }
            finally
            {
                NativeMemory.Free(scratch);
            }
        }

        private SruKernel.Sequence Sequence(long row, int direction) =>
            new()
            {
                Steps = _steps,
                Width = _width,
                Reverse = direction == 1,
                Gates = GateData(Gates, row, direction),
                GateStride = 2 * _gates * _width,
                Highway = HighwayData(Highway, Gates, row, direction),
                HighwayStride = Highway is null ? 2 * _gates * _width : 2 * _width,
                Output = Data(Output) + (row * _steps * 2 + direction) * _width * Size,
                OutputStride = 2 * _width,
                Recurrent = (float*)Data(Recurrent) + direction * 2 * _width,
                Bias = (float*)Data(Bias) + direction * 2 * _width,
            };

        private long Size => Gates.element_size();

        private byte* GateData(Tensor gates, long row, int direction) =>
            Data(gates) + (row * _steps * 2 + direction) * _gates * _width * Size;

        private byte* HighwayData(Tensor? highway, Tensor gates, long row, int direction) =>
            highway is null
                ? GateData(gates, row, direction) + 3 * _width * Size
                : Data(highway) + (row * _steps * 2 + direction) * _width * Size;

        private static byte* Data(Tensor tensor) =>
            (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    }
}
