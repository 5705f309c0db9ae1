using CsCheck;
using Melody.Foundation;
using Melody.LanguageModel;
using Melody.Presets;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.LanguageModel;

public sealed class SemanticSamplerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SemanticRequest Song(ulong seed, params long[] earlier) =>
        new()
        {
            Prefix = [1, 2, 3],
            Controls = SemanticLanguageModelTests.Controls,
            Seed = seed,
            Earlier = earlier,
        };

    [Fact]
    public void DrawsFollowTheSoftmax()
    {
        float[] scores = [0.5f, -1, 2, 0, 1.25f, -3];
        const int draws = 60_000;
        foreach (double temperature in new[] { 0.7, 1, 2 })
        {
            var weights = scores.Select(s => Math.Exp(s / temperature)).ToArray();
            double chiSquare = ChiSquare(scores, new() { Temperature = temperature }, draws, [.. weights.Select(w => w / weights.Sum())]);
            Assert.InRange(chiSquare, 0, 35.9); // 5 degrees of freedom: one in 10^6 lies above
        }
    }

    [Fact]
    public void TopKAndTopPKeepTheLikeliestAndTheirRatios()
    {
        float[] scores = [.. new[] { 0.1, 0.4, 0.05, 0.3, 0.15 }.Select(p => (float)Math.Log(p))];
        Assert.InRange(ChiSquare(scores, new() { TopK = 2 }, 60_000, [0, 4 / 7.0, 0, 3 / 7.0, 0]), 0, 23.9);
        Assert.InRange(ChiSquare(scores, new() { TopP = 0.7 - 1e-3 }, 60_000, [0, 4 / 7.0, 0, 3 / 7.0, 0]), 0, 23.9);
        Assert.InRange(ChiSquare(scores, new() { TopP = 0.72 }, 60_000, [0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85]), 0, 27.6);
        // top-p within top-k: shares are those among the three kept
        Assert.InRange(ChiSquare(scores, new() { TopK = 3, TopP = 0.8 }, 60_000, [0, 4 / 7.0, 0, 3 / 7.0, 0]), 0, 23.9);
    }

    [Fact]
    public void TemperatureZeroTakesTheFirstOfTheLikeliest() =>
        Gen.Int[-5, 5]
            .Array[1, 30]
            .Sample(
                values =>
                {
                    var scores = values.Select(v => (float)v).ToArray();
                    Assert.Equal(Array.IndexOf(values, values.Max()), TokenChoice.Draw(scores, new() { Temperature = 0 }, 0.9));
                    Assert.Equal(Array.IndexOf(values, values.Max()), TokenChoice.Draw(scores, new() { TopK = 1 }, 0.9));
                },
                iter: 100
            );

    [Fact]
    public void ExtremeDrawsStayInside()
    {
        float[] scores = [float.NegativeInfinity, 0, 0, float.NegativeInfinity];
        Assert.Equal(1, TokenChoice.Draw(scores, new(), 0));
        Assert.Equal(2, TokenChoice.Draw(scores, new(), Math.BitDecrement(1.0)));
        Assert.Throws<MelodyException>(() => TokenChoice.Draw([0, float.NaN], new(), 0.5));
    }

    [Theory]
    [InlineData(-0.1, null, null, 1)]
    [InlineData(double.NaN, null, null, 1)]
    [InlineData(1, 0, null, 1)]
    [InlineData(1, null, 0.0, 1)]
    [InlineData(1, null, 1.5, 1)]
    [InlineData(1, null, null, double.PositiveInfinity)]
    public void SenselessOptionsAreRefused(double temperature, int? topK, double? topP, double guidance) =>
        Assert.Throws<MelodyException>(() =>
            new TokenSamplingOptions
            {
                Temperature = temperature,
                TopK = topK,
                TopP = topP,
                SemanticGuidance = guidance,
            }.Validate()
        );

    /// <summary>The paper's layout scores prefix ids, too; they must never come out, whatever their scores.</summary>
    [Fact]
    public void OnlySemanticTokensComeOut()
    {
        using var scope = NewDisposeScope();
        var model = SemanticLanguageModelTests.TinyModel(mini: false);
        using (no_grad())
        {
            var output = model.get_parameter("output.weight")!;
            output.narrow(0, 0, model.Vocabulary.SemanticStart).mul_(50);
            output.narrow(0, model.Vocabulary.Bos, 2).mul_(50);
        }
        var tokens = new SemanticSampler(model).Generate([Song(1), Song(2)], 40, new() { Temperature = 3 }, cancellation: Cancellation);
        Assert.All(tokens.SelectMany(t => t), t => Assert.InRange(t, 0, model.Config.SemanticCodes - 1));
        Assert.True(tokens.SelectMany(t => t).Distinct().Count() > 8);
    }

    [Fact]
    public void SeedsDecideAndBatchesDoNot()
    {
        using var scope = NewDisposeScope();
        var sampler = new SemanticSampler(SemanticLanguageModelTests.TinyModel(mini: true));
        long[] One(ulong seed) => sampler.Generate([Song(seed)], 30, new() { Temperature = 2 }, cancellation: Cancellation)[0];
        var together = sampler.Generate([Song(1), Song(2), Song(1)], 30, new() { Temperature = 2 }, cancellation: Cancellation);
        Assert.Equal(One(1), together[0]);
        Assert.Equal(One(2), together[1]);
        Assert.Equal(together[0], together[2]);
        Assert.NotEqual(together[0], together[1]);
    }

    /// <summary>Each greedy token is the likeliest by the plain loops over the conditions and the window's tokens alone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheWindowSlidesAsStated(bool mini)
    {
        using var scope = NewDisposeScope();
        var model = SemanticLanguageModelTests.TinyModel(mini);
        var config = model.Config;
        const int count = 40;
        var tokens = new SemanticSampler(model).Generate([Song(1)], count, new() { Temperature = 0 }, cancellation: Cancellation)[0];
        var plain = new PlainLanguageModel(config, FixedValues.State(model));
        for (int n = 0; n < count; n++)
        {
            // written out: at most 11 earlier tokens, and the start moves by 3 when 12 would be needed
            int start = n <= 11 ? 0 : (int)Math.Ceiling((n - 11) / 3.0) * 3;
            Assert.InRange(n - start, Math.Min(n, 9), 11);
            long[] ids =
            [
                .. model.Vocabulary.Conditions([1, 2, 3], SemanticLanguageModelTests.Controls),
                .. tokens[start..n].Select(t => t + model.Vocabulary.SemanticStart),
            ];
            var scores = plain.Scores(ids);
            int best = Enumerable.Range(0, config.SemanticCodes).MaxBy(c => scores[ids.Length - 1, c + model.Vocabulary.OutputStart]);
            Assert.Equal(best, tokens[n]);
        }
    }

    [Fact]
    public void PiecesEqualTheWhole() =>
        Gen.Int[0, 17]
            .Array[1, 5]
            .Sample(
                pieces =>
                {
                    using var scope = NewDisposeScope();
                    var sampler = new SemanticSampler(SemanticLanguageModelTests.TinyModel(mini: true));
                    var options = new TokenSamplingOptions { Temperature = 2 };
                    var whole = sampler.Generate([Song(5)], pieces.Sum(), options, cancellation: Cancellation)[0];
                    using var session = sampler.Open([Song(5)], options);
                    Assert.Equal(whole, pieces.SelectMany(n => session.Next(n, cancellation: Cancellation)[0]));
                    int first = pieces[0];
                    var rest = sampler.Generate([Song(5, whole[..first])], pieces.Sum() - first, options, cancellation: Cancellation)[0];
                    Assert.Equal(whole[first..], rest);
                },
                iter: 10,
                threads: 1
            );

    [Fact]
    public void PaperWindowSeesBetween187And249Tokens()
    {
        var config = PresetFile.Read<SemanticLanguageModelConfig>("paper", "semantic-lm");
        Assert.Equal((250, 63), (config.Window, config.WindowHop));
        for (int n = 0; n < 3000; n++)
        {
            int seen = n - SemanticSession.WindowStart(n, config.Window, config.WindowHop);
            Assert.InRange(seen, Math.Min(n, 187), 249);
        }
    }

    /// <summary>One pass for the conditions, one a token after the first, as the paper counts 25 a second.</summary>
    [Fact]
    public void EvaluationsAreCounted()
    {
        using var scope = NewDisposeScope();
        using var session = new SemanticSampler(SemanticLanguageModelTests.TinyModel(mini: true)).Open([Song(1)], new());
        session.Next(10, cancellation: Cancellation);
        Assert.Equal(10, session.Evaluations);
        session.Next(30, cancellation: Cancellation);
        Assert.Equal(40, session.Evaluations);
    }

    [Fact]
    public void GuidanceMixesWithTheUnpromptedScores()
    {
        using var scope = NewDisposeScope();
        var model = SemanticLanguageModelTests.TinyModel(mini: true);
        var sampler = new SemanticSampler(model);
        long[] Greedy(double guidance, SemanticRequest song) =>
            sampler.Generate([song], 10, new() { Temperature = 0, SemanticGuidance = guidance }, cancellation: Cancellation)[0];
        var unprompted = new SemanticRequest { Prefix = [] };
        Assert.Equal(Greedy(1, unprompted), Greedy(0, Song(1)));
        var plain = new PlainLanguageModel(model.Config, FixedValues.State(model));
        var tokens = Greedy(3, Song(1));
        for (int n = 0; n < tokens.Length; n++)
        {
            double[,] Scores(long[] conditions) =>
                plain.Scores([.. conditions, .. tokens[..n].Select(t => t + model.Vocabulary.SemanticStart)]);
            double[,] own = Scores(model.Vocabulary.Conditions([1, 2, 3], SemanticLanguageModelTests.Controls)),
                free = Scores(model.Vocabulary.Conditions([]));
            int row = own.GetLength(0) - 1;
            Assert.Equal(Enumerable.Range(0, 16).MaxBy(c => free[row, c] + 3 * (own[row, c] - free[row, c])), tokens[n]);
        }
    }

    [Fact]
    public void CancellationEndsWithinAStepAndNothingIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        var sampler = new SemanticSampler(SemanticLanguageModelTests.TinyModel(mini: true));
        void Run()
        {
            using var source = new CancellationTokenSource();
            var progress = new CancelAt(5, source);
            Assert.Throws<OperationCanceledException>(() => sampler.Generate([Song(1), Song(2, 4, 4)], 30, new(), progress, source.Token));
            Assert.Equal(5, progress.Last);
        }
        Run();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
            Run();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private sealed class CancelAt(int step, CancellationTokenSource source) : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value)
        {
            Last = value;
            if (value == step)
                source.Cancel();
        }
    }

    // sum of (seen - expected)^2 / expected; infinite when something of probability 0 came out
    private static double ChiSquare(float[] scores, TokenSamplingOptions options, int draws, double[] probabilities)
    {
        var seen = new int[scores.Length];
        var random = new CounterRandom(17);
        for (int i = 0; i < draws; i++)
            seen[TokenChoice.Draw(scores, options, random.Uniform((ulong)i))]++;
        return Enumerable
            .Range(0, seen.Length)
            .Sum(i =>
                probabilities[i] == 0
                    ? (seen[i] == 0 ? 0 : double.PositiveInfinity)
                    : Math.Pow(seen[i] - draws * probabilities[i], 2) / (draws * probabilities[i])
            );
    }
}
