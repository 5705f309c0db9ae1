using CsCheck;
using Melody.Foundation;
using Melody.Nn;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Tests.SemanticTokens;
using Melody.Training.Ranks;
using Melody.Training.SelfSupervised;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

public sealed class Wav2Vec2ObjectiveTests
{
    [Fact]
    public void ContrastiveLossIsItsFormula()
    {
        using var scope = NewDisposeScope();
        const int batch = 2,
            masked = 6,
            width = 5,
            count = 4;
        Tensor contexts = FixedValues.Tensor(1, batch, masked, width),
            targets = FixedValues.Tensor(2, batch, masked, width);
        targets[0, 3] = targets[0, 1]; // the same quantized vector twice: not a negative of each other
        var negatives = TimeMask.Negatives(batch, masked, count, new CounterRandom(3));
        negatives[0, 1, 0] = 3;
        double sum = 0,
            right = 0;
        double[] c = FixedValues.Flat(contexts),
            q = FixedValues.Flat(targets);
        double Cosine(int b, int i, int j)
        {
            double dot = 0,
                m = 0,
                n = 0;
            for (int k = 0; k < width; k++)
            {
                double x = c[(b * masked + i) * width + k],
                    y = q[(b * masked + j) * width + k];
                (dot, m, n) = (dot + x * y, m + x * x, n + y * y);
            }
            return dot / Math.Sqrt(m * n);
        }
        for (int b = 0; b < batch; b++)
        for (int i = 0; i < masked; i++)
        {
            var others = Enumerable
                .Range(0, count)
                .Select(k => (int)negatives[b, i, k])
                .Where(j => !(b == 0 && (i, j) is (1, 3) or (3, 1)))
                .Select(j => Cosine(b, i, j) / 0.1)
                .ToArray();
            double own = Cosine(b, i, i) / 0.1;
            sum -= own - Math.Log(Math.Exp(own) + others.Sum(Math.Exp));
            if (others.All(o => o <= own))
                right++;
        }
        var (loss, accuracy) = MaskedContrastiveLoss.Compute(contexts, targets, tensor(negatives));
        Assert.Equal(sum / (batch * masked), loss.item<float>(), 1e-4);
        Assert.Equal(right / (batch * masked), accuracy.item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QuantizerIsItsFormula(bool drawn)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        const int frames = 7,
            inputs = 4,
            books = 2,
            size = 5,
            each = 3;
        const double temperature = 1.5;
        var quantizer = FixedValues.Fill(new GumbelQuantizer(inputs, books * each, ParameterFactory.Random(1), books, size));
        var state = FixedValues.State(quantizer);
        double[] x = FixedValues.Series(4, frames * inputs),
            uniform = [.. FixedValues.Series(6, frames * books * size).Select(v => (v + 1) / 2)];
        bool[] counted = [true, false, true, true, true, false, true];
        var result = quantizer.Quantize(
            tensor(x, ScalarType.Float32).view(1, frames, inputs),
            tensor(counted).unsqueeze(0),
            temperature,
            drawn ? tensor(uniform, ScalarType.Float32).view(1, frames, books, size) : null,
            RankGroup.Alone
        );
        var vectors = FixedValues.Matrix(result.Vectors);
        var mean = new double[books, size];
        for (int t = 0; t < frames; t++)
        for (int g = 0; g < books; g++)
        {
            var scores = new double[size];
            for (int v = 0; v < size; v++)
            {
                scores[v] = state["scores.bias"][g * size + v];
                for (int i = 0; i < inputs; i++)
                    scores[v] += x[t * inputs + i] * state["scores.weight"][(g * size + v) * inputs + i];
            }
            int best = Enumerable
                .Range(0, size)
                .MaxBy(v => scores[v] - (drawn ? Math.Log(-Math.Log(uniform[(t * books + g) * size + v])) : 0));
            for (int i = 0; i < each; i++)
                Assert.Equal(state["entries"][(g * size + best) * each + i], vectors[t, g * each + i], 1e-4);
            double total = scores.Sum(Math.Exp);
            for (int v = 0; v < size; v++)
                if (counted[t])
                    mean[g, v] +=
                        (
                            drawn ? Math.Exp(scores[v]) / total
                            : v == best ? 1
                            : 0
                        ) / 5;
        }
        double perplexity = Enumerable
            .Range(0, books)
            .Sum(g => Math.Exp(-Enumerable.Range(0, size).Sum(v => mean[g, v] > 0 ? mean[g, v] * Math.Log(mean[g, v]) : 0)));
        Assert.Equal(perplexity, result.Perplexity.item<float>(), 1e-3);
    }

    /// <summary>The straight-through gradient: d loss / d scores is that of softmax((scores + gumbel) / t) times the entries.</summary>
    [Fact]
    public void GradientsPassThroughTheSoftmax()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        const int size = 4;
        var quantizer = FixedValues.Fill(new GumbelQuantizer(3, 2, ParameterFactory.Random(1), 1, size));
        var state = FixedValues.State(quantizer);
        var x = FixedValues.Series(4, 3);
        var uniform = FixedValues.Series(6, size).Select(v => (v + 1) / 2).ToArray();
        quantizer
            .Quantize(
                tensor(x, ScalarType.Float32).view(1, 1, 3),
                ones(1, 1, ScalarType.Bool),
                2,
                tensor(uniform, ScalarType.Float32).view(1, 1, 1, size),
                RankGroup.Alone
            )
            .Vectors.sum()
            .backward();
        var logits = Enumerable
            .Range(0, size)
            .Select(v =>
                (
                    state["scores.bias"][v]
                    + Enumerable.Range(0, 3).Sum(i => x[i] * state["scores.weight"][v * 3 + i])
                    - Math.Log(-Math.Log(uniform[v]))
                ) / 2
            )
            .ToArray();
        var soft = logits.Select(l => Math.Exp(l) / logits.Sum(Math.Exp)).ToArray();
        var value = Enumerable.Range(0, size).Select(v => state["entries"][v * 2] + state["entries"][v * 2 + 1]).ToArray();
        double average = Enumerable.Range(0, size).Sum(v => soft[v] * value[v]);
        FixedValues.AssertClose(
            [.. Enumerable.Range(0, size).Select(v => soft[v] * (value[v] - average) / 2)],
            FixedValues.Flat(quantizer.get_parameter("scores.bias")!.grad!),
            1e-5
        );
    }

    [Fact]
    public void MasksAreSpansOfEqualNumber() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[12, 300], Gen.ULong)
            .Sample(
                (batch, frames, seed) =>
                {
                    var masked = TimeMask.Draw(batch, frames, new CounterRandom(seed));
                    Assert.InRange(masked.GetLength(1), 2, frames - 1);
                    for (int b = 0; b < batch; b++)
                    for (int i = 0; i < masked.GetLength(1); i++)
                        Assert.InRange(masked[b, i], i == 0 ? 0 : masked[b, i - 1] + 1, frames - 1);
                },
                iter: 200
            );

    [Fact]
    public void MasksCoverAboutHalfAndEveryPlace()
    {
        const int frames = 250;
        var seen = new int[frames];
        double total = 0;
        for (ulong step = 0; step < 200; step++)
        {
            var masked = TimeMask.Draw(1, frames, new CounterRandom(1, step << 16));
            total += masked.Length;
            foreach (long t in masked)
                seen[t]++;
        }
        // 16 spans that start at any of 241 frames: a frame inside stays open with (1 - 10/241)^16 = 0.51
        Assert.InRange(total / (200 * frames), 0.43, 0.53);
        Assert.All(seen[20..^20], n => Assert.InRange(n, 60, 140));
    }

    [Fact]
    public void NegativesAreOthers()
    {
        var negatives = TimeMask.Negatives(2, 5, 400, new CounterRandom(2));
        for (int b = 0; b < 2; b++)
        for (int i = 0; i < 5; i++)
        {
            var drawn = Enumerable.Range(0, 400).Select(k => negatives[b, i, k]).ToArray();
            Assert.Equal(Enumerable.Range(0, 5).Where(j => j != i).Select(j => (long)j), drawn.Distinct().Order());
        }
    }

    /// <summary>A handful of steps on one batch lower the contrastive loss well below the chance level, log(1 + negatives).</summary>
    [Fact]
    public void OneBatchIsLearnt()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        random.manual_seed(1);
        var trunk = new Wav2Vec2Conformer(
            SemanticTokenizerTests.TinyMel with
            {
                Width = 32,
                Layers = 2,
                AttentionReach = 0,
            },
            ParameterFactory.Random(2)
        );
        var objective = new Wav2Vec2Objective(
            trunk,
            new()
            {
                Entries = 16,
                Width = 16,
                Negatives = 20,
                GumbelStart = 1,
                MaskSpan = 4,
            },
            ParameterFactory.Random(3)
        );
        trunk.train();
        objective.train();
        var parameters = trunk.parameters().Concat(objective.parameters()).ToList();
        var optimizer = optim.AdamW(parameters, lr: 5e-3);
        // tones of changing pitch, so that the context tells what is hidden
        var time = arange(0, 100 * 64, dtype: ScalarType.Float32) / 24000;
        var audio = stack(Enumerable.Range(1, 4).Select(i => (time * (2 * Math.PI * 600 * i) + (time * (40 * i)).sin() * 30).sin()), 0);
        double first = 0,
            last = 0;
        for (int step = 0; step < 100; step++)
        {
            using var inner = NewDisposeScope();
            var losses = objective.Compute(trunk, audio, step, new CounterRandom(1, (ulong)step << 16), RankGroup.Alone);
            optimizer.zero_grad();
            losses.Loss.backward();
            optimizer.step();
            if (step == 0)
                first = losses.Contrastive.item<float>();
            last = losses.Contrastive.item<float>();
            Assert.InRange(losses.Perplexity.item<float>(), 2, 32.001);
            Assert.Equal(3, losses.HiddenStates.Count);
        }
        Assert.All(trunk.named_parameters().Where(p => !p.name.Contains("mask")), p => Assert.NotNull(p.parameter.grad));
        Assert.InRange(last, 0, Math.Min(first, Math.Log(21)) * 0.8);
    }

    [Fact]
    public void GumbelTemperatureFallsToItsEnd()
    {
        var options = new Wav2Vec2ObjectiveOptions();
        Assert.Equal(2, options.GumbelTemperature(0));
        Assert.Equal(2 * Math.Pow(0.999995, 1000), options.GumbelTemperature(1000), 1e-12);
        Assert.Equal(0.5, options.GumbelTemperature(10_000_000));
    }
}
