using CsCheck;
using Melody.Nn;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Nn;

/// <summary>The norm's kernel against the plain loop, and its gradients against libtorch's own derivation of the formula.</summary>
public sealed class RmsNormTests
{
    [Fact]
    public void KernelIsTheFormula() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 5])
            .Sample(
                (rows, eighths) =>
                {
                    using var scope = NewDisposeScope();
                    int width = 8 * eighths;
                    var gain = Series(2, width);
                    var x = Matrix(1, rows, width);
                    AssertClose(PlainMath.RmsNorm(x, gain), RmsNormFunction.Run(Tensor(x), tensor(gain, ScalarType.Float32), 1e-6), 1e-5);
                },
                iter: 20
            );

    [Fact]
    public void GradientsAreThoseOfTheFormula()
    {
        using var scope = NewDisposeScope();
        Tensor Leaf(int seed, params long[] shape) => FixedValues.Tensor(seed, shape).requires_grad_();
        Tensor[] fast = [Leaf(1, 3, 5, 24), Leaf(2, 24)],
            slow = [Leaf(1, 3, 5, 24), Leaf(2, 24)];
        var weight = FixedValues.Tensor(3, 3, 5, 24);
        (RmsNormFunction.Run(fast[0], fast[1], 1e-6) * weight).sum().backward();
        (slow[0] * rsqrt(slow[0].square().mean([-1], keepdim: true) + 1e-6) * slow[1] * weight).sum().backward();
        for (int i = 0; i < 2; i++)
            AssertClose(slow[i].grad!, fast[i].grad!, 1e-5);
    }

    [Fact]
    public void BFloat16IsTheNearestToTheFormula()
    {
        using var scope = NewDisposeScope();
        var x = FixedValues.Tensor(4, 6, 40).to_type(ScalarType.BFloat16);
        var gain = FixedValues.Tensor(5, 40);
        var exact = RmsNormFunction.Run(x.to_type(ScalarType.Float32), gain, 1e-6);
        var rounded = RmsNormFunction.Run(x, gain, 1e-6);
        Assert.Equal(ScalarType.BFloat16, rounded.dtype);
        // rounded once, at the end: half a unit in the eighth bit
        Assert.True(((rounded.to_type(ScalarType.Float32) - exact).abs() <= exact.abs() * Math.Pow(2, -8) + 1e-30).all().item<bool>());
    }

    [Fact]
    public void SequencesThatAreViewsAreReadInTheirOrder()
    {
        using var scope = NewDisposeScope();
        var x = FixedValues.Tensor(6, 4, 3, 16).transpose(0, 1);
        AssertClose(RmsNormFunction.Run(x.contiguous(), ones(16), 1e-6), RmsNormFunction.Run(x, ones(16), 1e-6), 0);
    }
}
