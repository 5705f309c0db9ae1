using CsCheck;
using Melody.Autoencoder;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Nn;

/// <summary>Each shared layer against its plain loop in double precision.</summary>
public sealed class LayerTests
{
    private static readonly Gen<(int Rows, int Width)> Sizes = Gen.Select(Gen.Int[1, 7], Gen.Int[1, 9]);

    [Fact]
    public void LinearIsAMatrixProduct() =>
        InFloat32(() =>
        {
            var layer = Fill(new Linear(5, 3, bias: true, ParameterFactory.Random(1)));
            var state = State(layer);
            AssertClose(PlainMath.Linear(Matrix(2, 4, 5), state["weight"], state["bias"]), layer.forward(Tensor(Matrix(2, 4, 5))));
        });

    [Fact]
    public void NormsFollowTheirFormulas() =>
        Sizes.Sample(
            s =>
                InFloat32(() =>
                {
                    var x = Matrix(3, s.Rows, s.Width);
                    var rms = Fill(new RmsNorm(s.Width, ParameterFactory.Random(1)));
                    AssertClose(PlainMath.RmsNorm(x, State(rms)["weight"]), rms.forward(Tensor(x)));
                    var layer = Fill(new LayerNorm(s.Width, ParameterFactory.Random(1)));
                    AssertClose(PlainMath.LayerNorm(x, State(layer)["weight"], State(layer)["bias"]), layer.forward(Tensor(x)), 1e-3);
                }),
            iter: 30
        );

    [Theory]
    [InlineData(1, 0, 1, 1)]
    [InlineData(3, 4, 2, 1)]
    [InlineData(2, 1, 1, 2)]
    public void ConvolutionIsItsLoop(int stride, int padding, int dilation, int groups) =>
        InFloat32(() =>
        {
            var x = Matrix(4, 17, 4);
            foreach (bool weightNorm in new[] { false, true })
            {
                var layer = Fill(new Convolution1d(4, 6, 3, ParameterFactory.Random(1), stride, padding, dilation, groups, weightNorm));
                var state = State(layer);
                var weight = weightNorm ? PlainMath.WeightNorm(state["weight_v"], state["weight_g"]) : state["weight"];
                var expected = PlainMath.Convolution(x, weight, state["bias"], 6, 3, stride, padding, dilation, groups);
                AssertClose(expected, layer.forward(Tensor(x).transpose(0, 1).unsqueeze(0)).squeeze(0).transpose(0, 1));
            }
        });

    [Theory]
    [InlineData(9, 4, 3, 1)]
    [InlineData(5, 3, 1, 0)]
    public void TransposedConvolutionIsItsLoop(int kernel, int stride, int padding, int outputPadding) =>
        InFloat32(() =>
        {
            var x = Matrix(5, 6, 3);
            foreach (bool weightNorm in new[] { false, true })
            {
                var layer = Fill(
                    new TransposedConvolution1d(3, 2, kernel, ParameterFactory.Random(1), stride, padding, outputPadding, weightNorm)
                );
                var state = State(layer);
                var weight = weightNorm ? PlainMath.WeightNorm(state["weight_v"], state["weight_g"]) : state["weight"];
                var expected = PlainMath.TransposedConvolution(x, weight, state["bias"], 2, kernel, stride, padding, outputPadding);
                AssertClose(expected, layer.forward(Tensor(x).transpose(0, 1).unsqueeze(0)).squeeze(0).transpose(0, 1));
            }
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BothAttentionsAreTheFormula(bool causal) =>
        InFloat32(() =>
        {
            double[,] q = Matrix(6, 5, 8),
                k = Matrix(7, 5, 8),
                v = Matrix(8, 5, 8);
            var expected = PlainMath.Attention(q, k, v, heads: 2, causal);
            Tensor Heads(double[,] m) => Attention.SplitHeads(Tensor(m).unsqueeze(0), 2);
            AssertClose(expected, Attention.MergeHeads(Attention.Fused(Heads(q), Heads(k), Heads(v), causal)));
            AssertClose(expected, Attention.MergeHeads(Attention.WrittenOut(Heads(q), Heads(k), Heads(v), causal)));
        });

    [Fact]
    public void RotaryTurnsEachPair() =>
        InFloat32(() =>
        {
            var positions = new[] { 0, 0.5, 7, 31.25 };
            var x = Matrix(9, 4, 12);
            var rotary = new RotaryEmbedding(tensor(positions, ScalarType.Float32), 6, ScalarType.Float32);
            var actual = Attention.MergeHeads(rotary.Rotate(Attention.SplitHeads(Tensor(x).unsqueeze(0), 2)));
            AssertClose(PlainMath.Rotary(x, positions, heads: 2), actual);
        });

    [Fact]
    public void RotatedProductsDependOnDistanceOnly() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 100])
            .Sample(
                (shift, distance) =>
                {
                    double Product(double at)
                    {
                        using var scope = NewDisposeScope();
                        var rotary = new RotaryEmbedding(tensor(new[] { at, at + distance }, ScalarType.Float64), 8, ScalarType.Float64);
                        var turned = rotary.Rotate(Tensor(Matrix(10, 2, 8)).to_type(ScalarType.Float64));
                        return (turned[0] * turned[1]).sum().item<double>();
                    }
                    Assert.Equal(Product(0), Product(shift), 1e-3);
                },
                iter: 50
            );

    [Fact]
    public void BFloat16StaysNearFloat32()
    {
        using var scope = NewDisposeScope();
        var layer = Fill(new Linear(256, 64, bias: true, ParameterFactory.Random(1)));
        var x = FixedValues.Tensor(11, 32, 256);
        Tensor exact,
            rounded;
        using (ComputePrecision.Use(ScalarType.Float32))
            exact = layer.forward(x);
        using (ComputePrecision.Use(ScalarType.BFloat16))
            rounded = layer.forward(x);
        Assert.Equal(ScalarType.BFloat16, rounded.dtype);
        // eight bits of mantissa: each product is off by at most 2^-8 of its size, and errors add up at random
        Assert.InRange((rounded - exact).norm().item<float>() / exact.norm().item<float>(), 1e-6, 1e-2);
    }

    private static void InFloat32(Action body)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        body();
    }
}
