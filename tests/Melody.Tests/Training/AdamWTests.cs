using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Loop;
using Melody.Training.Optimization;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

public sealed class AdamWTests
{
    private static readonly OptimizerOptions Options = new()
    {
        LearningRate = 0.05,
        Beta1 = 0.9,
        Beta2 = 0.99,
        Epsilon = 1e-8,
        WeightDecay = 0.1,
        ClipNorm = 0.5,
        EmaDecay = 0.999,
        WarmUpSteps = 3,
    };

    [Fact]
    public void FollowsTheFormulaStepByStep()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var layer = Fill(new Linear(4, 3, bias: true, ParameterFactory.Random(1)));
        using var optimizer = new AdamW([layer], Options);
        var state = State(layer);
        double[] weight = state["weight"],
            bias = state["bias"];
        double[][] values = [weight, bias],
            means = [new double[12], new double[3]],
            squares = [new double[12], new double[3]];
        var averages = values.Select(v => v.ToArray()).ToArray();

        for (int step = 1; step <= 5; step++)
        {
            // loss = sum(c * w) + sum(d * b), whose gradients are c and d
            double[] c = Series(step, 12),
                d = Series(100 + step, 3);
            var loss = (layer.Weight * Tensor(step, 3, 4)).sum() + (layer.parameters().Last() * Tensor(100 + step, 3)).sum();
            loss.backward();
            double norm = optimizer.Step(0.05);
            double[][] gradients = [c, d];
            double expectedNorm = Math.Sqrt(gradients.Sum(g => g.Sum(x => x * x)));
            Assert.Equal(expectedNorm, norm, 1e-4);
            for (int p = 0; p < 2; p++)
            for (int i = 0; i < values[p].Length; i++)
            {
                double g = gradients[p][i] * Math.Min(1, 0.5 / expectedNorm);
                means[p][i] = 0.9 * means[p][i] + 0.1 * g;
                squares[p][i] = 0.99 * squares[p][i] + 0.01 * g * g;
                double decay = p == 0 ? 0.1 : 0; // the bias is a vector
                values[p][i] *= 1 - 0.05 * decay;
                values[p][i] -=
                    0.05 * means[p][i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(squares[p][i] / (1 - Math.Pow(0.99, step))) + 1e-8);
                double ema = Math.Min(0.999, (1.0 + step) / (10 + step));
                averages[p][i] = ema * averages[p][i] + (1 - ema) * values[p][i];
            }
        }
        AssertClose(weight, State(layer)["weight"]);
        AssertClose(bias, State(layer)["bias"]);
        optimizer.WithAverage(() => AssertClose(averages[0], State(layer)["weight"]));
        AssertClose(weight, State(layer)["weight"]);
    }

    // the kernel's blocks and what is left over behind the last full vector; one thread and two
    [Theory]
    [InlineData(5, 1)]
    [InlineData(40_003, 1)]
    [InlineData(40_003, 2)]
    public void ManyValuesFollowTheFormulaWhateverTheThreads(int count, int threads)
    {
        using var scope = NewDisposeScope();
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            var layer = Fill(new Linear(count, 1, bias: false, ParameterFactory.Random(1)));
            using var optimizer = new AdamW([layer], Options with { ClipNorm = 0, EmaDecay = 0 });
            double[] expected = State(layer)["weight"],
                c = Series(7, count);
            (layer.Weight * Tensor(7, 1, count)).sum().backward();
            Assert.Equal(Math.Sqrt(c.Sum(x => x * x)), optimizer.Step(0.05), 1e-6 * count);
            // of one update from nothing: both corrections undo what the running means keep
            for (int i = 0; i < count; i++)
                expected[i] = expected[i] * (1 - 0.05 * 0.1) - 0.05 * c[i] / (Math.Abs(c[i]) + 1e-8);
            AssertClose(expected, State(layer)["weight"]);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void TheKernelAndTheTensorOperationsAreTheSameUpdate()
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        const int Count = 1003;
        ParameterBucket Bucket() => new([new TorchSharp.Modules.Parameter(Tensor(1, Count))], 0.1, keepAverage: true);
        using var kernel = Bucket();
        using var tensors = Bucket();
        for (int update = 1; update <= 4; update++)
        {
            var factors = AdamWFactors.Of(Options, update, 0.05, 0.1, clip: update == 2 ? 1 : 0.7);
            foreach (var bucket in (ParameterBucket[])[kernel, tensors])
                bucket.Gradient.copy_(Tensor(10 + update, Count));
            AdamWKernel.Update(kernel, factors);
            factors.Apply(tensors);
        }
        foreach (var state in (Func<ParameterBucket, Tensor>[])[b => b.Values, b => b.Mean, b => b.MeanSquare, b => b.Average!])
            AssertClose(Flat(state(kernel)), Flat(state(tensors)));
    }

    [Fact]
    public void AGradientThatIsNotFiniteChangesNothing()
    {
        using var scope = NewDisposeScope();
        var layer = Fill(new Linear(4, 3, bias: false, ParameterFactory.Random(1)));
        var before = State(layer)["weight"];
        using var optimizer = new AdamW([layer], Options);
        (layer.Weight.sum() * float.PositiveInfinity).backward();
        Assert.False(double.IsFinite(optimizer.Step(0.1)));
        Assert.Equal(before, State(layer)["weight"]);
        Assert.Equal(0, optimizer.Updates);
    }

    [Fact]
    public void TheLearningRateWarmsUpAndDecays()
    {
        var options = new OptimizerOptions
        {
            LearningRate = 1,
            FinalShare = 0.1,
            WarmUpSteps = 10,
        };
        Assert.Equal(0.1, options.LearningRateAt(0, 110), 1e-9);
        Assert.Equal(1.0, options.LearningRateAt(9, 110), 1e-9);
        Assert.Equal(1.0, options.LearningRateAt(10, 110), 1e-9);
        Assert.Equal(0.55, options.LearningRateAt(60, 110), 1e-9); // half a cosine's middle
        Assert.Equal(0.1, options.LearningRateAt(110, 110), 1e-9);
        Assert.Equal(0.1, options.LearningRateAt(500, 110), 1e-9);
    }
}
