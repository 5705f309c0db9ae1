using Melody.Diffusion;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>The whole network at a tiny size against plain loops, and what guidance and the null branch may depend on.</summary>
public sealed class DualPathDenoiserTests
{
    private const int Frames = 22,
        Tokens = 11;

    private static readonly DenoiserConfig Tiny = Parts.Denoiser.Config("test") with
    {
        HiddenWidth = 16,
        Blocks = 3,
        SegmentLength = 8,
        Frames = Frames,
        LatentChannels = 3,
        TokenCount = 9,
        TokenWidth = 5,
        PromptWidth = 0,
        ForecastTokens = 0,
        AngleWidth = 4,
        Heads = 2,
        FeedForwardWidth = 24,
        SruWidth = 8,
    };

    /// <summary>Everything that the other configuration leaves out.</summary>
    private static readonly DenoiserConfig Other = Tiny with
    {
        LatentRate = 100,
        CoarseLayers = 2,
        CoarseProjections = true,
        SruWidth = 16,
        FilmLayers = 2,
        PromptWidth = 6,
        ForecastTokens = 3,
        CfgDropFilm = true,
        TimeAlignedCrossAttention = false,
    };

    private static DualPathDenoiser Make(DenoiserConfig config)
    {
        using var parameters = ParameterFactory.Random(1);
        return Fill(new DualPathDenoiser(config, parameters));
    }

    private static Tensor Latents(long batch = 2, long frames = Frames) => FixedValues.Tensor(21, batch, frames, 3);

    private static Tensor Angles(long batch = 2, long frames = Frames) => FixedValues.Tensor(22, batch, frames).abs() * (Math.PI / 2);

    private static Tensor Semantics(params long[] first) => stack([tensor(first), (tensor(first) + 4) % 9]);

    private static Tensor Prompts() => FixedValues.Tensor(23, 2, 6) * 0.1; // as small as the entries of unit vectors

    private static readonly long[] SomeTokens = [3, 1, 4, 1, 5, 8, 2, 6, 5, 3, 7];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NetworkIsItsPlainLoops(bool other) =>
        InFloat32(() =>
        {
            var config = other ? Other : Tiny;
            using var denoiser = Make(config);
            var plain = new PlainDenoiser(config, State(denoiser));
            using var gradients = no_grad();
            // the null example stands first, so that the network has to put the batch in order and back
            var actual = denoiser.forward(
                Latents(),
                Angles(),
                Semantics(SomeTokens),
                other ? Prompts() : null,
                tensor(new[] { false, true })
            );
            Assert.Equal(ScalarType.Float32, actual.dtype);
            for (int b = 0; b < 2; b++)
            {
                var tokens = Semantics(SomeTokens)[b].data<long>().ToArray();
                var expected = plain.Run(
                    Matrix(Latents()[b]),
                    Flat(Angles()[b]),
                    tokens,
                    other ? Flat(Prompts()[b]) : null,
                    conditioned: b == 1
                );
                AssertClose(expected, actual[b]);
            }
        });

    [Fact]
    public void The_tokens_of_a_frame_act_by_the_sum_of_their_vectors()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var gradients = no_grad();
        var several = Make(Tiny with { Codebooks = [3, 4] });
        var single = Make(Tiny with { TokenCount = 12 });
        var values = several.state_dict();
        foreach (var (name, value) in single.state_dict())
            if (value.shape.SequenceEqual(values[name].shape))
                value.copy_(values[name]);
        // one token for each pair
        for (int first = 0; first < 3; first++)
        for (int second = 0; second < 4; second++)
            single.TokenTable[4 * first + second] = several.TokenTable[first] + several.TokenTable[3 + second];
        var (latents, angles) = (randn(1, Tiny.Frames, Tiny.LatentChannels), rand(1, Tiny.Frames));
        int count = Tiny.Frames * Tiny.TokenRate / Tiny.LatentRate;
        long[] a = [.. Enumerable.Range(0, count).Select(i => (long)(i % 3))],
            b = [.. Enumerable.Range(0, count).Select(i => (long)(i * 3 % 4))];
        var pairs = stack([tensor(a), tensor(b)], -1).unsqueeze(0);
        var expected = single.forward(latents, angles, (4 * tensor(a) + tensor(b)).unsqueeze(0), null, null);
        Assert.True(expected.allclose(several.forward(latents, angles, pairs, null, null), 1e-4, 1e-5));
    }

    [Fact]
    public void GuidanceMixesTheBranches() =>
        InFloat32(() =>
        {
            foreach (var config in new[] { Tiny, Other })
            {
                using var denoiser = Make(config);
                using var gradients = no_grad();
                var tokens = Semantics(SomeTokens);
                var prompts = config.PromptWidth > 0 ? Prompts() : null;
                var condition = denoiser.Encode(tokens, prompts);
                Tensor conditional = denoiser.forward(Latents(), Angles(), tokens, prompts, null),
                    nothing = denoiser.forward(Latents(), Angles(), tokens, prompts, zeros(2));
                Assert.True((conditional - nothing).abs().max().item<float>() > 1e-3, "the branches differ");
                AssertClose(conditional, denoiser.Guided(Latents(), Angles(), condition, 1), 1e-6);
                AssertClose(nothing, denoiser.Guided(Latents(), Angles(), condition, 0), 1e-6);
                AssertClose(conditional * 2.5 - nothing * 1.5, denoiser.Guided(Latents(), Angles(), condition, 2.5), 2e-5);
            }
        });

    [Fact]
    public void A_forecast_in_the_output_is_its_part_of_the_velocity() =>
        InFloat32(() =>
        {
            var sizes = Tiny with { PromptWidth = 6, ForecastTokens = 3 };
            using var plain = Make(sizes);
            using var denoiser = Make(sizes with { ForecastInOutput = true });
            using var gradients = no_grad();
            var tokens = Semantics(SomeTokens);
            // the first example has lost its condition
            Tensor Velocity(DualPathDenoiser network) =>
                network.forward(Latents(), Angles(), tokens, Prompts(), tensor(new[] { false, true }));
            var forecast = plain.Forecast!.Predict(plain.TokenVectors(tokens), Prompts());
            var expected = -forecast * Angles().sin().unsqueeze(-1) * tensor(new[] { 0f, 1 }, [2, 1, 1]);
            AssertClose(expected, Velocity(denoiser) - Velocity(plain), 1e-5);
            Assert.True(expected.abs().max().item<float>() > 0.1);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PromptsAreFollowedHarderThanTokens(bool forecastInOutput) =>
        InFloat32(() =>
        {
            using var denoiser = Make(Tiny with { PromptWidth = 6, ForecastTokens = 3, ForecastInOutput = forecastInOutput });
            using var gradients = no_grad();
            var tokens = Semantics(SomeTokens);
            Tensor Velocity(Tensor? prompts, Tensor? conditioned = null) =>
                denoiser.forward(Latents(), Angles(), tokens, prompts, conditioned);
            Tensor both = Velocity(Prompts()),
                alone = Velocity(null),
                nothing = Velocity(null, zeros(2));
            foreach (var (w, u) in new[] { (2.5, 1.5), (1.0, 2.0), (0.0, 1.0), (3.0, 0.0) })
                AssertClose(
                    both * (w + u) - alone * u + nothing * (1 - w),
                    denoiser.Guided(Latents(), Angles(), denoiser.Encode(tokens, Prompts()), w, denoiser.Encode(tokens), u),
                    3e-5
                );
        });

    [Fact]
    public void APromptOfEveryFrameIsThePromptWhereAllAreTheSame() =>
        InFloat32(() =>
        {
            using var denoiser = Make(Tiny with { PromptWidth = 6, ForecastTokens = 3, ForecastInOutput = true });
            using var gradients = no_grad();
            var tokens = Semantics(SomeTokens);
            long frames = denoiser.Forecast!.FramesPerToken * tokens.shape[1];
            Tensor Velocity(Tensor prompts) => denoiser.forward(Latents(), Angles(), tokens, prompts, tensor(new[] { true, false }));
            AssertClose(Velocity(Prompts()), Velocity(Prompts().unsqueeze(1).expand(-1, frames, -1)), 1e-5);
        });

    [Fact]
    public void SamplingIsGuidedWhereLatentsAreMostlyNoise() =>
        InFloat32(() =>
        {
            using var denoiser = Make(Tiny with { PromptWidth = 6 });
            using var gradients = no_grad();
            var tokens = Semantics(SomeTokens);
            var (condition, unprompted) = (denoiser.Encode(tokens, Prompts()), denoiser.Encode(tokens));
            var expected = Latents();
            foreach (int degrees in new[] { 90, 60, 30 })
            {
                var angles = full_like(Angles(), degrees * Math.PI / 180);
                var velocity =
                    degrees > 45
                        ? denoiser.Guided(expected, angles, condition, 2, unprompted, 4)
                        : denoiser.Guided(expected, angles, condition, 1);
                expected = VelocityObjective.Step(expected, velocity, full_like(Angles(), Math.PI / 6));
            }
            var options = new LatentSamplingOptions
            {
                Steps = 3,
                Schedule = AngleSchedule.Uniform,
                Guidance = 2,
                PromptGuidance = 4,
            };
            AssertClose(expected.clamp(-1, 1), new LatentSampler(denoiser, options, _ => Prompts()).Generate(tokens, Latents()), 1e-4);
        });

    [Fact]
    public void NullBranchKnowsTokensAtMostByTheirMean() =>
        InFloat32(() =>
        {
            long[] reversed = [.. SomeTokens.Reverse()],
                others = [0, 0, 7, 7, 2, 2, 0, 1, 1, 1, 1];
            foreach (bool drop in new[] { false, true })
            {
                using var denoiser = Make(Tiny with { CfgDropFilm = drop, ForecastTokens = 3 });
                using var gradients = no_grad();
                Tensor Null(long[] tokens) => denoiser.forward(Latents(), Angles(), Semantics(tokens), null, zeros(2));
                Tensor Conditional(long[] tokens) => denoiser.forward(Latents(), Angles(), Semantics(tokens), null, null);
                AssertClose(Null(SomeTokens), Null(reversed), 1e-5);
                Assert.True(
                    (Conditional(SomeTokens) - Conditional(reversed)).abs().max().item<float>() > 1e-3,
                    "the condition knows the order"
                );
                if (drop)
                    AssertClose(Null(SomeTokens), Null(others), 0);
                else
                    Assert.True((Null(SomeTokens) - Null(others)).abs().max().item<float>() > 1e-3, "FiLM still knows the mean");
            }
        });

    [Fact]
    public void AZeroPromptIsNoPromptAndTheNullBranchHearsNone() =>
        InFloat32(() =>
        {
            using var denoiser = Make(Tiny with { PromptWidth = 6, ForecastTokens = 3 });
            using var gradients = no_grad();
            Tensor Velocity(Tensor? prompts, Tensor? conditioned = null) =>
                denoiser.forward(Latents(), Angles(), Semantics(SomeTokens), prompts, conditioned);
            AssertClose(Velocity(null), Velocity(zeros(2, 6)), 0);
            AssertClose(Velocity(null, zeros(2)), Velocity(Prompts(), zeros(2)), 0);
            Assert.True((Velocity(Prompts()) - Velocity(null)).abs().max().item<float>() > 1e-3, "a prompt is heard");
        });

    [Fact]
    public void AnglesStandBetweenStartAndEnd()
    {
        using var scope = NewDisposeScope();
        using var parameters = ParameterFactory.Random(1);
        using var encoding = Fill(new AngleEncoding(Tiny, parameters));
        var state = State(encoding);
        var ends = Matrix(encoding.Interpolate(tensor(new[] { 0f, (float)(Math.PI / 2), (float)(Math.PI / 4) }).unsqueeze(0)));
        for (int i = 0; i < Tiny.AngleWidth; i++)
        {
            Assert.Equal(state["start"][i], ends[0, i], 1e-6);
            Assert.Equal(state["end"][i], ends[1, i], 1e-6);
            Assert.Equal((state["start"][i] + state["end"][i]) / Math.Sqrt(2), ends[2, i], 1e-6);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 4)]
    [InlineData(64, 32)]
    public void AnyLengthGoes(int frames, int tokens) =>
        InFloat32(() =>
        {
            using var denoiser = Make(Tiny with { ForecastTokens = 3 });
            var result = denoiser.forward(
                Latents(1, frames),
                Angles(1, frames),
                arange(tokens, ScalarType.Int64).unsqueeze(0) % 9,
                null,
                null
            );
            Assert.Equal([1, frames, 3], result.shape);
            Assert.True(result.isfinite().all().item<bool>());
        });

    [Theory]
    [InlineData(2, 50, "odd")]
    [InlineData(3, 60, "whole number")]
    public void AForecastOfUnusableSizesIsRefused(int tokens, int latentRate, string reason)
    {
        var error = Assert.Throws<MelodyException>(() => Make(Tiny with { ForecastTokens = tokens, LatentRate = latentRate }));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryParameterLearns() =>
        InFloat32(() =>
        {
            using var denoiser = Make(Other);
            var velocity = denoiser.forward(Latents(), Angles(), Semantics(SomeTokens), Prompts(), tensor(new[] { true, false }));
            VelocityObjective.Loss(velocity, FixedValues.Tensor(5, 2, Frames, 3)).backward();
            foreach (var (name, parameter) in denoiser.named_parameters())
                Assert.True(parameter.grad is { } g && g.abs().sum().item<float>() > 0, $"{name} has no gradient");
        });

    [Fact]
    public void GradientsAreSlopes() =>
        InFloat32(() =>
        {
            using var denoiser = Make(Tiny);
            Tensor Loss() =>
                VelocityObjective.Loss(
                    denoiser.forward(Latents(), Angles(), Semantics(SomeTokens), null, tensor(new[] { true, false })),
                    FixedValues.Tensor(5, 2, Frames, 3)
                );
            Loss().backward();
            foreach (var (name, parameter) in denoiser.named_parameters())
            {
                // along the gradient itself, so that the slope is as large as it can be
                using var gradients = no_grad();
                var direction = parameter.grad! / parameter.grad!.norm();
                double slope = parameter.grad!.norm().item<float>(),
                    step = 2e-3 * Math.Max(1, parameter.norm().item<float>());
                parameter.add_(direction * step);
                double above = Loss().item<float>();
                parameter.sub_(direction * (2 * step));
                double below = Loss().item<float>();
                parameter.add_(direction * step);
                Assert.True(
                    Math.Abs((above - below) / (2 * step) - slope) <= 0.05 * slope + 2e-4,
                    $"{name}: {(above - below) / (2 * step)} against {slope}"
                );
            }
        });

    [Fact]
    public void BFloat16StaysNearFloat32()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var denoiser = Make(Tiny);
        Tensor Velocity(ScalarType type)
        {
            using var precision = ComputePrecision.Use(type);
            return denoiser.forward(Latents(), Angles(), Semantics(SomeTokens), null, null);
        }
        var (exact, rounded) = (Velocity(ScalarType.Float32), Velocity(ScalarType.BFloat16));
        // the hidden states are rounded to eight bits a few dozen times on the way: two per cent
        Assert.InRange((rounded - exact).norm().item<float>() / exact.norm().item<float>(), 1e-6, 2e-2);
    }

    [Fact]
    public void SamplingIsRepeatableAndKeepsNoTensors()
    {
        using var denoiser = Make(Tiny);
        float[] Sample(double noise)
        {
            using var scope = NewDisposeScope();
            var sampler = new LatentSampler(denoiser, new LatentSamplingOptions { Steps = 2 });
            return [.. sampler.Generate(Semantics(SomeTokens), Latents() * noise).data<float>()];
        }
        var first = Sample(1);
        LiveTensors.AssertFlat(() => Assert.Equal(first, Sample(1)));
        Assert.NotEqual(first, Sample(-1));
        Assert.All(first, v => Assert.InRange(v, -1, 1));
    }

    [Fact]
    public void TrainingKeepsNoTensors()
    {
        using var denoiser = Make(Tiny);
        LiveTensors.AssertFlat(() =>
        {
            using var scope = NewDisposeScope();
            var velocity = denoiser.forward(Latents(), Angles(), Semantics(SomeTokens), null, tensor(new[] { true, false }));
            VelocityObjective.Loss(velocity, Latents()).backward();
        });
    }

    private static void InFloat32(Action body)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        body();
    }
}
