using System.Runtime.InteropServices;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The recurrence of <see cref="SruScan"/> on a GPU (<c>SruScan.cu</c>), where each operation by itself would be a launch a step.
/// </summary>
internal static class SruCudaKernel
{
    // the kernel keeps the states of a sequence at hand
    private const int MostSteps = 64;

    private static readonly Lazy<CudaProgram?> Program = new(() => CudaProgram.TryCompile("SruScan.cu"));

    /// <summary>Whether the kernel can be compiled here.</summary>
    public static bool IsAvailable => Program.Value is not null;

    /// <summary>Whether the kernel serves these gates, [rows, steps, 2, gates, width].</summary>
    public static bool Serves(Tensor gates) =>
        gates.device_type == DeviceType.CUDA
        && gates.shape[1] <= MostSteps
        && gates.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && IsAvailable;

    /// <summary>h, [rows, steps, 2 width].</summary>
    public static Tensor Forward(Tensor gates, Tensor? highway, Tensor recurrent, Tensor bias)
    {
        var shape = gates.shape;
        using var scope = NewDisposeScope();
        var output = empty([shape[0], shape[1], 2 * shape[4]], gates.dtype, gates.device);
        Run("sru_forward", shape, [gates.contiguous(), highway?.contiguous(), recurrent.contiguous(), bias.contiguous(), output]);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Gradients of gates, recurrent vectors and biases, and of the highway where there is one.</summary>
    public static List<Tensor> Backward(Tensor gates, Tensor? highway, Tensor recurrent, Tensor bias, Tensor outputGradient)
    {
        var shape = gates.shape;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        gates = gates.contiguous();
        highway = highway?.contiguous();
        Tensor dGates = empty_like(gates),
            dVectors = empty([shape[0], 2, 2, 2, shape[4]], ScalarType.Float32, gates.device);
        var dHighway = highway is null ? null : empty_like(highway);
        Run(
            "sru_backward",
            shape,
            [
                gates,
                highway,
                recurrent.contiguous(),
                bias.contiguous(),
                outputGradient.to_type(gates.dtype).contiguous(),
                dGates,
                dHighway,
                dVectors,
            ]
        );
        var sums = dVectors.sum(dim: 0);
        List<Tensor> gradients = [dGates, sums[0], sums[1]];
        if (dHighway is not null)
            gradients.Add(dHighway);
        return gradients.ConvertAll(gradient => gradient.MoveToOuterDisposeScope());
    }

    private static void Run(string kernel, long[] shape, Tensor?[] tensors)
    {
        object[] arguments =
        [
            .. tensors.Select(t => (object)(t is null ? 0 : Address(t.Handle))),
            (int)shape[0],
            (int)shape[1],
            (int)shape[4],
            (int)shape[3],
        ];
        bool half = tensors[0]!.dtype == ScalarType.BFloat16;
        Program.Value!.Run(kernel + (half ? "_bfloat16" : "_float32"), shape[0] * 2 * shape[4], arguments);
        GC.KeepAlive(tensors);
    }

    // TorchSharp shows the values of CPU tensors only
    [DllImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static extern nint Address(nint tensor);
}
