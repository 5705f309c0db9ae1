using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Nn;

/// <summary>
/// Convolutions of every channel count against themselves in double precision, values and gradients, while freed memory
/// is full of NaN: a kernel that reads what it did not write shows at once.
/// </summary>
public sealed class ConvolutionPrecisionTests
{
    [Theory]
    [InlineData(1, 16, 1, 1)]
    [InlineData(16, 1, 1, 1)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(2, 6, 1, 1)]
    [InlineData(24, 32, 1, 2)]
    [InlineData(32, 24, 1, 1)]
    [InlineData(32, 16, 1, 1)]
    [InlineData(24, 24, 24, 1)]
    [InlineData(24, 24, 24, 2)]
    [InlineData(96, 96, 16, 2)]
    public void OneDimensional(int inputs, int outputs, int groups, int stride)
    {
        Check(
            ps => AlignedConvolution.Convolve1d(ps[0], ps[1], ps[2], stride, padding: 2, dilation: 2, groups: groups),
            FixedValues.Tensor(1, 2, inputs, 40),
            FixedValues.Tensor(2, outputs, inputs / groups, 3),
            FixedValues.Tensor(3, outputs)
        );
        if (groups == 1)
            Check(
                ps => AlignedConvolution.ConvolveTransposed1d(ps[0], ps[1], ps[2], stride: 2, padding: 1, outputPadding: 1),
                FixedValues.Tensor(1, 2, inputs, 40),
                FixedValues.Tensor(2, inputs, outputs, 4),
                FixedValues.Tensor(3, outputs)
            );
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(32, 1)]
    [InlineData(8, 24)]
    [InlineData(16, 32)]
    public void TwoDimensional(int inputs, int outputs) =>
        Check(
            ps => AlignedConvolution.Convolve2d(ps[0], ps[1], ps[2], stride: (3, 1), padding: (2, 0)),
            FixedValues.Tensor(1, 2, inputs, 40, 5),
            FixedValues.Tensor(2, outputs, inputs, 5, 1),
            FixedValues.Tensor(3, outputs)
        );

    private static void Check(Func<Tensor[], Tensor> convolve, params Tensor[] values)
    {
        using var scope = NewDisposeScope();
        Tensor[] Run(ScalarType type)
        {
            using var precision = ComputePrecision.Use(type);
            var leaves = values
                .Select(v =>
                    v.to_type(type == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, copy: true).requires_grad_(true)
                )
                .ToArray();
            SpoilFreeMemory();
            var output = convolve(leaves);
            Assert.Equal(type, output.dtype);
            SpoilFreeMemory();
            output.backward([FixedValues.Tensor(4, output.shape).to_type(type)]);
            return [output.detach(), .. leaves.Select(l => l.grad!)];
        }
        var exact = Run(ScalarType.Float64);
        foreach (var (type, tolerance) in new[] { (ScalarType.Float32, 1e-5), (ScalarType.BFloat16, 2e-2) })
        foreach (var (expected, actual) in exact.Zip(Run(type)))
            Assert.InRange(((actual - expected).norm() / expected.norm()).to_type(ScalarType.Float64).item<double>(), 0, tolerance);
    }

    private static void SpoilFreeMemory()
    {
        using var scope = NewDisposeScope();
        for (long size = 64; size <= 1 << 17; size *= 2)
        for (int i = 0; i < 4; i++)
            full(size, float.NaN);
    }
}
