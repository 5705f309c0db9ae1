using CsCheck;
using Melody.Diffusion;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>The simple recurrent unit against its recurrence, one step after the other in double precision.</summary>
public sealed class SruTests
{
    // width 8 runs in the kernel, width 6 step by step; 16 inputs are twice the width 8, so that they are the highway
    [Theory]
    [InlineData(16, 8)]
    [InlineData(12, 8)]
    [InlineData(12, 6)]
    [InlineData(10, 6)]
    public void LayersAreTheRecurrence(int inputs, int width)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var sru = Fill(new Sru(inputs, width, 2, ParameterFactory.Random(1)));
        var state = State(sru);
        double[][,] rows = [Matrix(2, 9, inputs), Matrix(3, 9, inputs), Matrix(4, 9, inputs)];
        var actual = sru.forward(stack(rows.Select(r => Tensor(r))));
        for (int r = 0; r < rows.Length; r++)
        {
            var expected = rows[r];
            for (int l = 0; l < 2; l++)
                expected = PlainSru(expected, state[$"{l}.weight"], state[$"{l}.recurrent"], state[$"{l}.bias"], width);
            AssertClose(expected, actual[r]);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void KernelGradientsAreThoseOfTheRecurrence(int gates) =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 12], Gen.Int[1, 3])
            .Sample(
                (rows, steps, eighths) =>
                {
                    using var scope = NewDisposeScope();
                    int width = 8 * eighths;
                    Tensor[] Leaves() =>
                        [
                            Leaf(5, rows, steps, 2, gates, width),
                            Leaf(6, 2, 2, width),
                            Leaf(7, 2, 2, width),
                            Leaf(8, rows, steps, 2 * width),
                        ];
                    Tensor[] fast = Leaves(),
                        slow = Leaves();
                    var weight = FixedValues.Tensor(9, rows, steps, 2 * width);
                    var quick = SruScan.Run(fast[0], gates == 3 ? fast[3] : null, fast[1], fast[2]);
                    var plain = SruScan.StepByStep(slow[0], gates == 3 ? slow[3] : null, slow[1], slow[2]);
                    AssertClose(plain, quick, 1e-5);
                    (quick * weight).sum().backward();
                    (plain * weight).sum().backward();
                    for (int i = 0; i < (gates == 3 ? 4 : 3); i++)
                        AssertClose(slow[i].grad!, fast[i].grad!, 2e-5);
                },
                iter: 12
            );

    [Fact]
    public void BFloat16StaysNearFloat32()
    {
        using var scope = NewDisposeScope();
        var sru = Fill(new Sru(32, 16, 2, ParameterFactory.Random(1)));
        var x = FixedValues.Tensor(11, 4, 20, 32);
        Tensor exact,
            rounded;
        using (ComputePrecision.Use(ScalarType.Float32))
            exact = sru.forward(x);
        using (ComputePrecision.Use(ScalarType.BFloat16))
            rounded = sru.forward(x);
        Assert.Equal(ScalarType.BFloat16, rounded.dtype);
        // states are float32; only products, inputs and outputs are rounded to eight bits
        Assert.InRange((rounded - exact).norm().item<float>() / exact.norm().item<float>(), 1e-6, 1e-2);
    }

    [Fact]
    public void SigmoidOfVectorsIsExactToSixDigits()
    {
        for (float x = -90; x < 90; x += 0.037f)
            Assert.Equal(PlainMath.Sigmoid(x), VectorMath.Sigmoid(System.Runtime.Intrinsics.Vector256.Create(x))[3], 1e-6);
    }

    private static Tensor Leaf(int seed, params long[] shape) => FixedValues.Tensor(seed, shape).requires_grad_();

    /// <summary>One bidirectional layer over [steps, inputs]; weights in the order direction, gate, channel.</summary>
    internal static double[,] PlainSru(double[,] x, double[] weight, double[] recurrent, double[] bias, int width)
    {
        int steps = x.GetLength(0),
            inputs = x.GetLength(1),
            gates = inputs == 2 * width ? 3 : 4;
        var maps = PlainMath.Linear(x, weight);
        var y = new double[steps, 2 * width];
        for (int d = 0; d < 2; d++)
        for (int c = 0; c < width; c++)
        {
            double state = 0;
            for (int n = 0; n < steps; n++)
            {
                int t = d == 0 ? n : steps - 1 - n;
                double Gate(int g) => maps[t, (d * gates + g) * width + c];
                double f = PlainMath.Sigmoid(Gate(1) + recurrent[(d * 2 + 0) * width + c] * state + bias[(d * 2 + 0) * width + c]);
                double r = PlainMath.Sigmoid(Gate(2) + recurrent[(d * 2 + 1) * width + c] * state + bias[(d * 2 + 1) * width + c]);
                double highway = gates == 4 ? Gate(3) : x[t, d * width + c];
                state = f * state + (1 - f) * Gate(0);
                y[t, d * width + c] = r * state + (1 - r) * Math.Sqrt(3) * highway;
            }
        }
        return y;
    }
}
