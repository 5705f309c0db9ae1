using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.LowRank;
using Melody.Training.Optimization;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Low-rank factors learn in place of weights that stay: with the right gradient, to a lower held-out loss.</summary>
public sealed class LowRankTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // a layer of 4 inputs and 5 outputs that is to map a fixed batch to a fixed target
    private sealed class SquareStage : TrainingStage<float[]>
    {
        public Linear Layer { get; } = FixedValues.Fill(new Linear(4, 5, bias: true, ParameterFactory.Random(1)));

        public override double AudioSecondsPerBatch => 1;

        public override IReadOnlyList<TrainedSet> Sets => [new("layer", [Layer], new())];

        public override IBatchSource<float[]> Batches { get; } = new OneBatch<float[]>([]);

        public override Tensor? Loss(TrainedSet set, float[] batch, StepContext context, Figures figures) =>
            (Layer.forward(FixedValues.Tensor(8, 3, 4)) - FixedValues.Tensor(9, 3, 5)).square().sum();

        public override Figures Validate(long step, string folder) => [];
    }

    [Fact]
    public void TheGradientIsThatOfTheFactors()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        const double scale = 0.7;
        using var inner = new SquareStage();
        var weight = FixedValues.Matrix(inner.Layer.Weight);
        using var root = new Root(inner.Layer);
        using var factors = new LowRankFactors("p", root, 2, scale, 1);
        Assert.Equal(["layer.weight"], factors.Names);
        var (a, b) = (FixedValues.Matrix(3, 2, 4), FixedValues.Matrix(4, 5, 2));
        var parameters = factors.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using (no_grad())
        {
            parameters["a1"].copy_(FixedValues.Tensor(3, 2, 4));
            parameters["b1"].copy_(FixedValues.Tensor(4, 5, 2));
        }
        using var stage = Adapted(inner, factors, new OneBatch<float[]>([]));
        using var loss = stage.Loss(stage.Sets[0], [], new(0, 1, new Random(1)), [])!;
        loss.backward();

        // y = x (W + s B A)ᵀ + c, L = |y - t|²; dL/dW = 2 (y - t)ᵀ x, dL/dB = s dL/dW Aᵀ, dL/dA = s Bᵀ dL/dW
        var (x, target, bias) = (FixedValues.Matrix(8, 3, 4), FixedValues.Matrix(9, 3, 5), FixedValues.State(inner.Layer)["bias"]);
        var error = new double[3, 5];
        double expected = 0;
        for (int n = 0; n < 3; n++)
        for (int o = 0; o < 5; o++)
        {
            double y = bias[o];
            for (int i = 0; i < 4; i++)
                y += x[n, i] * (weight[o, i] + scale * (b[o, 0] * a[0, i] + b[o, 1] * a[1, i]));
            error[n, o] = y - target[n, o];
            expected += error[n, o] * error[n, o];
        }
        double ByWeight(int o, int i) => Enumerable.Range(0, 3).Sum(n => 2 * error[n, o] * x[n, i]);
        Assert.Equal(expected, loss.item<float>(), 1e-4);
        var (gradientA, gradientB) = (FixedValues.Matrix(parameters["a1"].grad!), FixedValues.Matrix(parameters["b1"].grad!));
        for (int k = 0; k < 2; k++)
        {
            for (int i = 0; i < 4; i++)
                Assert.Equal(scale * Enumerable.Range(0, 5).Sum(o => b[o, k] * ByWeight(o, i)), gradientA[k, i], 1e-4);
            for (int o = 0; o < 5; o++)
                Assert.Equal(scale * Enumerable.Range(0, 4).Sum(i => a[k, i] * ByWeight(o, i)), gradientB[o, k], 1e-4);
        }
        factors.Restore();
        Assert.Equal(weight, FixedValues.Matrix(inner.Layer.Weight));
    }

    [Fact]
    public void TrainingLowersTheHeldOutLossAndLeavesTheWeights()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = Parts.SemanticLanguageModel.Config("test") with { Window = 40 };
        using var network = NewNetwork.Create(1, CPU, p => new SemanticLanguageModel(config, p));
        var before = FixedValues.State(network);
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>("test", SemanticLanguageModelRecipe.Stage);
        // one phrase again and again; what is held out is the same phrase from another place
        SemanticBatch Phrase(int from) =>
            new(
                [.. Enumerable.Range(0, 2).SelectMany(_ => new SemanticVocabulary(config).Conditions([]))],
                [.. Enumerable.Range(from, 2 * config.Window).Select(i => (long)(i * 7 % 12))],
                [.. Enumerable.Repeat(true, 2 * config.Window)]
            );
        var inner = new SemanticLanguageModelStage(
            network,
            options,
            new OneBatch<SemanticBatch>(Phrase(0)),
            new Dictionary<string, IBatchSource<SemanticBatch>>()
        );
        using var factors = new LowRankFactors(Parts.SemanticLanguageModel.Name, network, 4, 1, 1);
        using var stage = Adapted(inner, factors, new OneBatch<SemanticBatch>(Phrase(5)));
        using (no_grad())
            stage.Validate(0, _folder.Path);
        Assert.Equal(stage.Early.First, Math.Log(1024), 1.0);
        var log = new RecordingLog();
        using var loop = new TrainingLoop<SemanticBatch>(
            stage,
            new()
            {
                RunFolder = _folder["run"],
                Steps = 60,
                LogSteps = 1,
                ValidationSteps = 10,
            },
            log
        );
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        Assert.True(stage.Early.Lowest < 0.6 * stage.Early.First, $"from {stage.Early.First} to {stage.Early.Lowest}");
        Assert.Equal(log.LiveTensors[4], log.LiveTensors[8]); // between two validations nothing is left behind
        factors.Restore();
        var after = FixedValues.State(network);
        Assert.All(before, value => Assert.Equal(value.Value, after[value.Key]));
        Assert.Equal(2 * factors.Names.Count(), stage.Best!.Count);
    }

    [Fact]
    public void TrainingEndsWhenTheLossNoLongerFalls()
    {
        var early = new EarlyStop(patience: 2);
        bool[] better = [.. new[] { 5, 4, 4.5, 3, 3, double.NaN }.Select((loss, i) => early.Tell(i * 10, loss))];
        Assert.Equal([true, true, false, true, false, false], better);
        Assert.Equal((5, 3, 30, true), (early.First, early.Lowest, early.Step, early.IsOver));
        Assert.False(new EarlyStop(1).IsOver);
    }

    [Fact]
    public void MatricesThatAreLargeEnoughAreChosen()
    {
        using var shapes = ParameterFactory.Meta();
        using var language = Parts.SemanticLanguageModel.Create(Parts.SemanticLanguageModel.Config("mini"), shapes);
        using var denoiser = Parts.Denoiser.Create(Parts.Denoiser.Config("mini"), shapes);
        var names = LowRankFactors.Chosen(language, 16).ToHashSet();
        Assert.Contains("blocks.5.feed_forward.gate_up.weight", names);
        Assert.DoesNotContain("embedding.table.weight", names);
        names = [.. LowRankFactors.Chosen(denoiser, 16)];
        Assert.Contains("block_0.fine.1.weight", names);
        Assert.Contains("block_5.coarse_0.self_qkv.weight", names);
        Assert.DoesNotContain("block_0.fine.0.recurrent", names);
        Assert.DoesNotContain("semantic_encoding.table.weight", names);
        Assert.Empty(LowRankFactors.Chosen(denoiser, 1000));
    }

    public void Dispose() => _folder.Dispose();

    private static LowRankStage<TBatch> Adapted<TBatch>(
        TrainingStage<TBatch> inner,
        LowRankFactors factors,
        IBatchSource<TBatch> heldOut
    ) =>
        new(
            inner,
            factors,
            heldOut,
            batches: 1,
            patience: 100,
            new OptimizerOptions
            {
                LearningRate = 0.02,
                WarmUpSteps = 5,
                WeightDecay = 0,
                EmaDecay = 0.5,
            }
        );

    private sealed class Root : Network
    {
        public Root(Linear layer)
            : base(nameof(Root)) => Add("layer", layer);
    }
}
