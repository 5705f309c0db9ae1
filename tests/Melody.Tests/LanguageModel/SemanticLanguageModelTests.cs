using Melody.LanguageModel;
using Melody.Music;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.LanguageModel;

public sealed class SemanticLanguageModelTests
{
    /// <summary>Small enough for the loops; with and without each thing that presets switch.</summary>
    internal static SemanticLanguageModelConfig Tiny(bool mini) =>
        new()
        {
            Layers = 2,
            Width = 16,
            Heads = 2,
            FeedForward = 24,
            PrefixLevels = 3,
            PrefixCodes = 8,
            SemanticCodes = 16,
            PrefixWidth = mini ? 4 : 0,
            SemanticOutputOnly = mini,
            Controls = mini,
            Window = 12,
            WindowHop = 3,
        };

    internal static SemanticLanguageModel TinyModel(bool mini) =>
        FixedValues.Fill(new SemanticLanguageModel(Tiny(mini), ParameterFactory.Random(1)));

    internal static readonly MusicControls Controls = new() { Bpm = 92, Key = new(9, true) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ScoresAreThoseOfThePlainLoops(bool mini)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var model = TinyModel(mini);
        long[] conditions = model.Vocabulary.Conditions([7, 0, 5], Controls),
            codes = [3, 15, 0, 3, 9, 1, 1];
        var expected = new PlainLanguageModel(model.Config, FixedValues.State(model)).Scores([
            .. conditions,
            .. codes.Select(c => c + model.Vocabulary.SemanticStart),
        ]);
        var actual = model.forward(tensor(conditions).unsqueeze(0), tensor(codes).unsqueeze(0));
        Assert.Equal([1, codes.Length + 1, model.Vocabulary.OutputCount], actual.shape);
        FixedValues.AssertClose(FixedValues.Matrix(tensor(expected).narrow(0, conditions.Length - 1, codes.Length + 1)), actual.squeeze(0));
    }

    [Fact]
    public void BFloat16StaysNearFloat32()
    {
        using var scope = NewDisposeScope();
        var model = TinyModel(mini: true);
        var conditions = tensor(model.Vocabulary.Conditions([7, 0, 5], Controls)).unsqueeze(0);
        var codes = tensor(
            new long[,]
            {
                { 3, 15, 0, 3, 9, 1, 1 },
            }
        );
        Tensor exact,
            rounded;
        using (ComputePrecision.Use(ScalarType.Float32))
            exact = model.forward(conditions, codes);
        using (ComputePrecision.Use(ScalarType.BFloat16))
            rounded = model.forward(conditions, codes);
        Assert.Equal(ScalarType.BFloat16, rounded.dtype);
        // a dozen roundings to eight bits in a row
        Assert.InRange((rounded - exact).norm().item<float>() / exact.norm().item<float>(), 1e-6, 3e-2);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void CachedScoresAreTheUncachedOnes(bool mini, bool vectors)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var model = TinyModel(mini);
        long[][] conditions = [model.Vocabulary.Conditions([7, 0, 5], Controls), model.Vocabulary.Conditions([])];
        var codes = new long[,]
        {
            { 3, 15, 0, 3, 9, 1, 1, 4 },
            { 2, 2, 8, 14, 0, 6, 5, 11 },
        };
        var rows = tensor(conditions.SelectMany(c => c).ToArray()).view(2, -1);
        var whole = model.forward(rows, tensor(codes));
        using var decoder = new TensorDecoder(model, conditions, vectors);
        FixedValues.AssertClose(FixedValues.Flat(whole.select(1, 0)), Widen(decoder.Scores));
        int at = 0;
        foreach (int count in new[] { 1, 3, 1, 2, 1 }) // single steps and pieces that see what came before them
        {
            decoder.Continue(Part(codes, at, count));
            at += count;
            FixedValues.AssertClose(FixedValues.Flat(whole.select(1, at)), Widen(decoder.Scores));
        }
        Assert.Equal((6, 8), (decoder.Evaluations, decoder.Seen));
        decoder.Restart();
        FixedValues.AssertClose(FixedValues.Flat(whole.select(1, 0)), Widen(decoder.Scores));
        decoder.Continue(Part(codes, 0, 4));
        FixedValues.AssertClose(FixedValues.Flat(whole.select(1, 4)), Widen(decoder.Scores));
    }

    /// <summary>
    /// The written-out step reads bfloat16 weights exactly: the same model with the rounded weights in float32 says the same.
    /// </summary>
    [Fact]
    public void VectorStepReadsBFloat16()
    {
        using var scope = NewDisposeScope();
        var narrow = new SemanticLanguageModel(Tiny(true), ParameterFactory.Empty(CPU, ScalarType.BFloat16));
        var wide = new SemanticLanguageModel(Tiny(true), ParameterFactory.Empty());
        using (no_grad())
        {
            var values = TinyModel(true).state_dict();
            foreach (var (name, value) in narrow.state_dict())
                value.copy_(values[name]);
            values = narrow.state_dict();
            foreach (var (name, value) in wide.state_dict())
                value.copy_(values[name]);
        }
        Assert.True(VectorStep.Suits(narrow, 1) && VectorStep.Suits(wide, 1));
        long[] conditions = wide.Vocabulary.Conditions([7, 0, 5], Controls),
            tokens = [3, 15, 0, 3, 9];
        var expected = new PlainLanguageModel(wide.Config, FixedValues.State(wide)).Scores([
            .. conditions,
            .. tokens.Select(t => t + wide.Vocabulary.SemanticStart),
        ]);
        // the first tokens' keys and values are the same ones; only the step differs
        using var cache = wide.NewCache(1, ScalarType.Float32, CPU);
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        wide.Begin(tensor(conditions).unsqueeze(0), cache, wide.Rotations(wide.Positions, ScalarType.Float32, CPU));
        var step = new VectorStep(narrow, cache, 1);
        var scores = new float[wide.Vocabulary.OutputCount];
        for (int t = 0; t < tokens.Length; t++)
        {
            step.Run(
                new[,]
                {
                    { tokens[t] },
                },
                wide.Vocabulary.SemanticStart,
                new float[wide.Config.Width],
                scores
            );
            FixedValues.AssertClose([.. Enumerable.Range(0, scores.Length).Select(i => expected[conditions.Length + t, i])], Widen(scores));
        }
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(7, 24, 2)]
    [InlineData(1030, 1024, 3)]
    public unsafe void MatrixTimesVectorsIsTheLoop(int rows, int columns, int batch)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            var weight = FixedValues.Tensor(1, rows, columns).to_type(type);
            var values = FixedValues.Flat(weight);
            var x = FixedValues.Series(2, batch * columns).Select(v => (float)v).ToArray();
            var y = new float[batch * rows];
            fixed (
                float* from = x,
                    to = y
            )
                MatrixVector.Multiply(TensorMemory.Data(weight), type, rows, columns, from, to, batch);
            for (int b = 0; b < batch; b++)
            for (int r = 0; r < rows; r += Math.Max(1, rows / 50))
                Assert.Equal(Enumerable.Range(0, columns).Sum(i => values[r * columns + i] * x[b * columns + i]), y[b * rows + r], 1e-3);
        }
    }

    /// <summary>MeLoDy's table of sizes: 429.5M; mini and test within the sizes that the presets promise.</summary>
    [Theory]
    [InlineData("paper", 429_500_000 * 0.96, 429_500_000 * 1.04)]
    [InlineData("mini", 6_000_000, 7_500_000)]
    [InlineData("test", 100_000, 1_000_000)]
    public void PresetsHaveTheirSizes(string preset, double least, double most)
    {
        using var scope = NewDisposeScope();
        var model = new SemanticLanguageModel(PresetFile.Read<SemanticLanguageModelConfig>(preset, "semantic-lm"), ParameterFactory.Meta());
        Assert.InRange(model.parameters().Sum(p => p.numel()), least, most);
    }

    /// <summary>The sum over a LLaMA decoder's matrices with a vocabulary of 13312 ids, BOS and PAD.</summary>
    [Fact]
    public void PaperCountFollowsTheFormula()
    {
        using var scope = NewDisposeScope();
        var model = new SemanticLanguageModel(
            PresetFile.Read<SemanticLanguageModelConfig>("paper", "semantic-lm"),
            ParameterFactory.Meta()
        );
        const long layers = 24,
            d = 1024,
            f = 4096,
            vocabulary = 12 * 1024 + 1024 + 2;
        Assert.Equal(layers * (4 * d * d + 3 * d * f + 2 * d) + d + 2 * vocabulary * d, model.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void GradientsReachEveryParameter()
    {
        using var scope = NewDisposeScope();
        var model = TinyModel(mini: true);
        var conditions = tensor(model.Vocabulary.Conditions([7, 0, 5], Controls)).unsqueeze(0);
        var scores = model
            .forward(
                conditions,
                tensor(
                    new long[,]
                    {
                        { 3, 15, 0 },
                    }
                )
            )
            .to_type(ScalarType.Float32);
        nn.functional.cross_entropy(scores.squeeze(0), tensor(new long[] { 3, 15, 0, 2 }) + model.Vocabulary.OutputStart).backward();
        Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.norm().item<float>() > 0, p.name));
    }

    [Fact]
    public void DropoutActsInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        var model = FixedValues.Fill(new SemanticLanguageModel(Tiny(true) with { Dropout = 0.5 }, ParameterFactory.Random(1)));
        var conditions = tensor(model.Vocabulary.Conditions([7, 0, 5])).unsqueeze(0);
        var codes = tensor(
            new long[,]
            {
                { 3, 15, 0 },
            }
        );
        bool Same() => (model.forward(conditions, codes) == model.forward(conditions, codes)).all().item<bool>();
        model.train();
        Assert.False(Same());
        model.eval();
        Assert.True(Same());
    }

    internal static double[] Widen(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), v => (double)v);

    internal static long[,] Part(long[,] codes, int first, int count)
    {
        var part = new long[codes.GetLength(0), count];
        for (int r = 0; r < part.GetLength(0); r++)
        for (int t = 0; t < count; t++)
            part[r, t] = codes[r, first + t];
        return part;
    }
}
