using Melody.Diffusion;
using Melody.Tests.Reference;
using TorchSharp;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>The recurrence's GPU kernel against the same recurrence in tensor operations on the CPU, where there is a GPU.</summary>
public sealed class SruCudaKernelTests
{
    [Theory]
    [InlineData(3, 32, ScalarType.Float32, 2e-5)]
    [InlineData(4, 32, ScalarType.Float32, 2e-5)]
    [InlineData(3, 64, ScalarType.BFloat16, 2e-2)]
    public void Values_and_gradients_are_those_of_the_recurrence(int gates, int steps, ScalarType type, double tolerance)
    {
        Gpu.Require();
        Assert.True(SruCudaKernel.IsAvailable);
        using var scope = NewDisposeScope();
        const int rows = 70,
            width = 40;
        Tensor[] Leaves(Device device) =>
            [
                .. new[]
                {
                    FixedValues.Tensor(5, rows, steps, 2, gates, width).to_type(type),
                    FixedValues.Tensor(6, 2, 2, width),
                    FixedValues.Tensor(7, 2, 2, width),
                    FixedValues.Tensor(8, rows, steps, 2 * width).to_type(type),
                }.Select(leaf => leaf.to(device).requires_grad_()),
            ];
        Tensor[] slow = Leaves(CPU),
            quick = Leaves(CUDA);
        var weight = FixedValues.Tensor(9, rows, steps, 2 * width).to_type(type);
        var expected = SruScan.StepByStep(slow[0], gates == 3 ? slow[3] : null, slow[1], slow[2]);
        Assert.True(SruCudaKernel.Serves(quick[0]));
        var actual = SruScan.Run(quick[0], gates == 3 ? quick[3] : null, quick[1], quick[2]);
        AssertClose(expected.to_type(ScalarType.Float32), actual.cpu().to_type(ScalarType.Float32), tolerance);
        (expected * weight).sum().backward();
        (actual * weight.to(CUDA)).sum().backward();
        foreach (int leaf in gates == 3 ? [0, 1, 2, 3] : new[] { 0, 1, 2 })
        {
            var difference = (slow[leaf].grad!.to_type(ScalarType.Float32) - quick[leaf].grad!.cpu().to_type(ScalarType.Float32))
                .norm()
                .item<float>();
            Assert.InRange(difference / slow[leaf].grad!.to_type(ScalarType.Float32).norm().item<float>(), 0, tolerance);
        }
    }
}
