using Melody.Conditioning;
using Melody.Foundation;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Augmentation;
using Melody.Training.Losses;
using Melody.Training.Quantization;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Conditioning;

/// <summary>Loss, augmentation and codebook learning of the joint embedding.</summary>
public sealed class EmbeddingTrainingTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 0.07)]
    [InlineData(8, 0.3)]
    public void ContrastiveLossHasItsClosedForms(int batch, double temperature)
    {
        using var scope = NewDisposeScope();
        var apart = eye(batch, 8);
        var tau = tensor(temperature, ScalarType.Float32);
        Assert.Equal(
            Math.Log(1 + 2 * (batch - 1) * Math.Exp(-1 / temperature)),
            ContrastiveLoss.Compute(apart, apart, tau).item<float>(),
            1e-5
        );
        var alike = nn.functional.normalize(ones(batch, 8), dim: -1);
        Assert.Equal(Math.Log(2 * batch - 1), ContrastiveLoss.Compute(alike, alike, tau).item<float>(), 1e-5);
    }

    [Fact]
    public void ContrastiveLossIsItsSum()
    {
        using var scope = NewDisposeScope();
        double[,] a = Matrix(1, 4, 3),
            t = Matrix(2, 4, 3);
        bool[] same = new bool[16];
        same[1] = same[4] = true; // pairs (0, 1) and (1, 0)
        double H(int i, int j) => Math.Exp((a[i, 0] * t[j, 0] + a[i, 1] * t[j, 1] + a[i, 2] * t[j, 2]) / 0.5);
        double Expected(bool masked)
        {
            double sum = 0;
            for (int i = 0; i < 4; i++)
            {
                double denominator = H(i, i);
                for (int j = 0; j < 4; j++)
                    if (j != i && !(masked && same[i * 4 + j]))
                        denominator += H(i, j) + H(j, i);
                sum -= Math.Log(H(i, i) / denominator);
            }
            return sum / 4;
        }
        var tau = tensor(0.5, ScalarType.Float32);
        Tensor audio = FixedValues.Tensor(a).requires_grad_(),
            text = FixedValues.Tensor(t);
        Assert.Equal(Expected(false), ContrastiveLoss.Compute(audio, text, tau).item<float>(), 1e-5);
        var loss = ContrastiveLoss.Compute(audio, text, tau, tensor(same, [4, 4]));
        Assert.Equal(Expected(true), loss.item<float>(), 1e-5);
        loss.backward();
        Assert.True(audio.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void SpecAugmentHidesWholeBandsAndStretches()
    {
        using var scope = NewDisposeScope();
        var augment = new SpecAugment
        {
            FrequencyMasks = 1,
            FrequencyShare = 0.25,
            TimeMasks = 1,
            TimeShare = 0.2,
        };
        var masked = augment.Apply(ones(40, 50, 16), -1, new Random(1));
        var hidden = masked == -1;
        var frames = hidden.all(2);
        var bands = hidden.all(1);
        AssertClose(hidden.to_type(ScalarType.Float32), frames.unsqueeze(2).logical_or(bands.unsqueeze(1)).to_type(ScalarType.Float32));
        var frameCounts = frames.sum(1).data<long>().ToArray();
        var bandCounts = bands.sum(1).data<long>().ToArray();
        // every width from none to the limit occurs, and none beyond
        Assert.Equal(Enumerable.Range(0, 11).Select(i => (long)i), frameCounts.Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (long)i), bandCounts.Distinct().Order());
        AssertClose(masked, augment.Apply(ones(40, 50, 16), -1, new Random(1)));
        AssertClose(ones(2, 5, 4), (augment with { FrequencyMasks = 0, TimeMasks = 0 }).Apply(ones(2, 5, 4), -1, new Random(1)));
    }

    [Fact]
    public void KMeansStartFindsSeparateClusters()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualQuantizer(new() { Levels = 1, Entries = 6 }, 4, ParameterFactory.Random(1));
        using var trainer = new ResidualQuantizerTrainer(quantizer);
        var places = FixedValues.Tensor(1, 6, 1, 4) * 10;
        var points = (places + FixedValues.Tensor(2, 6, 30, 4) * 0.05);
        trainer.Initialize(points.view(-1, 4), 60, new Random(1));
        var means = points.mean([1]);
        var codes = quantizer.Encode(means).flatten();
        Assert.Equal(6, codes.data<long>().ToArray().Distinct().Count());
        AssertClose(means, quantizer.forward(means));
    }

    [Fact]
    public void ErrorFallsWithEveryLevelAndWithTraining()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualQuantizer(new() { Levels = 6, Entries = 16 }, 8, ParameterFactory.Random(1));
        using var trainer = new ResidualQuantizerTrainer(quantizer, new() { Decay = 0.9 });
        var vectors = nn.functional.normalize(new CounterRandom(1).Normal(0, 600, 8), dim: -1);
        var untrained = trainer.Step(vectors, new Random(1)).Errors;
        trainer.Initialize(vectors, 600, new Random(2));
        var errors = trainer.Step(vectors, new Random(3)).Errors;
        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.InRange(pair.Second, 0, pair.First * 0.95));
        Assert.InRange(errors[^1], 0, untrained[^1] * 0.5);
        // what the statistics say is what the quantizer then does
        var measured = (vectors - quantizer.forward(vectors)).square().sum(-1).mean().item<float>();
        Assert.InRange(measured, 0, errors[^1] * 1.05);
    }

    [Fact]
    public void AnEntryMovesByTheAverageOfItsVectors()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualQuantizer(new() { Levels = 1, Entries = 2 }, 1, ParameterFactory.Random(1));
        quantizer.Codebooks.copy_(tensor(new float[] { -1, 1 }, [1, 2, 1]));
        using var trainer = new ResidualQuantizerTrainer(quantizer, new() { Decay = 0.75, DeadBelow = 0 });
        var seen = trainer.Step(tensor(new float[] { 2, 3, 1.5f }, [3, 1]), new Random(1));
        // counts: 0.75 * 1 + 0.25 * 3 = 1.5; sums: 0.75 * 1 + 0.25 * 6.5 = 2.375
        AssertClose([-1, 2.375 / 1.5], Flat(quantizer.Codebooks));
        AssertClose([0.75, 1.5], Flat(trainer.Buffers["counts"]));
        AssertClose([-0.75, 2.375], Flat(trainer.Buffers["sums"]));
        Assert.Equal((1 + 4 + 0.25) / 3, seen.Errors[0], 1e-6);
        Assert.Equal(1, seen.Perplexities[0], 1e-5);
    }

    [Fact]
    public void DeadEntriesComeBack()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualQuantizer(new() { Levels = 2, Entries = 8 }, 3, ParameterFactory.Random(1));
        quantizer.Codebooks[0][5].fill_(1000);
        using var trainer = new ResidualQuantizerTrainer(quantizer, new() { Decay = 0.8 });
        var vectors = FixedValues.Tensor(1, 200, 3);
        var random = new Random(1);
        int revived = 0;
        for (int step = 0; step < 40; step++)
            revived += trainer.Step(vectors, random).Revived;
        Assert.True(revived > 0);
        Assert.Equal(8, quantizer.Encode(vectors).select(1, 0).data<long>().ToArray().Distinct().Count());
        Assert.InRange(quantizer.Codebooks.abs().max().item<float>(), 0, 2);
    }

    [Fact]
    public void SameSeedSameCodebooksAndNothingLeftBehind()
    {
        using var vectors = FixedValues.Tensor(1, 100, 4);
        double[] Train(int seed)
        {
            using var quantizer = new ResidualQuantizer(new() { Levels = 2, Entries = 16 }, 4, ParameterFactory.Random(1));
            using var trainer = new ResidualQuantizerTrainer(quantizer, new() { Decay = 0.5, DeadBelow = 0.5 });
            var random = new Random(seed);
            trainer.Initialize(vectors, 100, random);
            for (int i = 0; i < 5; i++)
                trainer.Step(vectors, random);
            return Flat(quantizer.Codebooks);
        }
        Assert.Equal(Train(1), Train(1));
        Assert.NotEqual(Train(1), Train(2));

        using var kept = new ResidualQuantizer(new() { Levels = 2, Entries = 16 }, 4, ParameterFactory.Random(1));
        using var learner = new ResidualQuantizerTrainer(kept);
        LiveTensors.AssertFlat(
            () =>
            {
                learner.Initialize(vectors, 100, new Random(1));
                learner.Step(vectors, new Random(1));
            },
            runs: 10
        );
    }
}
