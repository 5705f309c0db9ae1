using CsCheck;
using Melody.Diffusion;
using Melody.Models;
using Melody.Presets;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>
/// The sampling algorithms with oracles in the place of the network (paper, section 9), so that the result is known.
/// </summary>
public sealed class LatentSamplerTests
{
    private const int Frames = 40,
        Channels = 3;

    /// <summary>
    /// Velocity of a point whose clean latents are known. With z_delta = cos z + sin e, v = cos e - sin z, so
    /// e = (z_delta - cos z) / sin and v = (cos z_delta - z) / sin; where the angle is 0 nothing is known and nothing asked.
    /// </summary>
    private static Func<Tensor, VelocityFunction> Oracle(Tensor clean) =>
        _ =>
            (latents, angles) =>
            {
                var delta = angles.unsqueeze(-1);
                return where(delta > 0, (latents * delta.cos() - clean) / delta.sin(), full_like(latents, 7));
            };

    private static Tensor Clean => FixedValues.Tensor(1, 2, Frames, Channels) * 0.9;

    private static Tensor NoiseLike(Tensor z) => FixedValues.Tensor(2, z.shape) * 1.7;

    private static Tensor Tokens(long batch = 2, long count = 20) => arange(batch * count, ScalarType.Int64).view(batch, count);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    public void AnOracleIsRecoveredInAnyNumberOfSteps(int steps)
    {
        using var scope = NewDisposeScope();
        foreach (var schedule in Enum.GetValues<AngleSchedule>())
        {
            var sampler = new LatentSampler(Oracle(Clean), new LatentSamplingOptions { Steps = steps, Schedule = schedule });
            var result = sampler.Generate(Tokens(), NoiseLike(Clean));
            AssertClose(Clean, result, 1e-5);
            Assert.Equal(steps, sampler.FunctionEvaluations);
        }
    }

    [Fact]
    public void ResultsAreClippedToOne()
    {
        using var scope = NewDisposeScope();
        var wide = Clean * 3;
        var result = new LatentSampler(Oracle(wide), new LatentSamplingOptions { Steps = 5 }).Generate(Tokens(), NoiseLike(wide));
        AssertClose(wide.clamp(-1, 1), result, 2e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KnownFramesAreSeenAsNoisyAsTheRestOrClean(bool clean)
    {
        using var scope = NewDisposeScope();
        var seen = new List<(double[] Angles, double[] Latents)>();
        Func<Tensor, VelocityFunction> spy = _ =>
            (latents, angles) =>
            {
                seen.Add((Flat(angles), Flat(latents)));
                return zeros_like(latents);
            };
        Tensor known = FixedValues.Tensor(4, 1, 6, Channels),
            noise = FixedValues.Tensor(3, 1, 16, Channels);
        new LatentSampler(spy, new LatentSamplingOptions { Steps = 4, CleanContext = clean }).Continue(known, Tokens(1), noise);
        var schedule = AngleSchedule.Linear.Angles(4);
        double[] music = Flat(known),
            random = Flat(noise);
        for (int i = 0; i < 4; i++)
        {
            double shown = clean ? 0 : schedule[i];
            double[] angles = [.. Enumerable.Repeat(shown, 6), .. Enumerable.Repeat(schedule[i], 10)];
            for (int frame = 0; frame < 16; frame++)
                Assert.Equal(angles[frame], seen[i].Angles[frame], 1e-6);
            for (int j = 0; j < 6 * Channels; j++)
                Assert.Equal(Math.Cos(shown) * music[j] + Math.Sin(shown) * random[j], seen[i].Latents[j], 1e-6);
        }
    }

    [Fact]
    public void KnownFramesStayBitByBit() =>
        Gen.Select(Gen.Bool.Array[Frames], Gen.Int[1, 7])
            .Sample(
                (regenerate, steps) =>
                {
                    using var scope = NewDisposeScope();
                    // -0, values beyond 1 and denormals must come through as well
                    var known = Clean * 2;
                    known[0, 0, 0] = tensor(-0.0f);
                    known[1, 1, 1] = tensor(1e-41f);
                    var result = new LatentSampler(Oracle(Clean), new LatentSamplingOptions { Steps = steps }).Inpaint(
                        known,
                        regenerate,
                        Tokens(),
                        NoiseLike(known)
                    );
                    float[] before = [.. known.data<float>()],
                        after = [.. result.contiguous().data<float>()];
                    for (int i = 0; i < before.Length; i++)
                    {
                        int frame = i / Channels % Frames;
                        if (!regenerate[frame])
                            Assert.Equal(BitConverter.SingleToInt32Bits(before[i]), BitConverter.SingleToInt32Bits(after[i]));
                        else
                            Assert.Equal(Flat(Clean)[i], after[i], 1e-5);
                    }
                },
                iter: 25
            );

    [Fact]
    public void CancellationEndsWithinAStepAndProgressCountsSteps()
    {
        using var scope = NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        var steps = new StepList(count =>
        {
            if (count == 3)
                cancellation.Cancel();
        });
        var sampler = new LatentSampler(Oracle(Clean), new LatentSamplingOptions { Steps = 10 });
        Assert.Throws<OperationCanceledException>(() => sampler.Generate(Tokens(), NoiseLike(Clean), steps, cancellation.Token));
        Assert.Equal(3, sampler.FunctionEvaluations);
        Assert.Equal([1, 2, 3], steps.Seen);
    }

    [Theory]
    [InlineData(0, 2.5)]
    [InlineData(1001, 2.5)]
    [InlineData(10, double.NaN)]
    [InlineData(10, -1)]
    [InlineData(10, double.PositiveInfinity)]
    public void OptionsOutOfRangeAreRefused(int steps, double guidance) =>
        Assert.Throws<MelodyException>(() =>
            new LatentSampler(Oracle(Clean), new LatentSamplingOptions { Steps = steps, Guidance = guidance })
        );

    private sealed class StepList(Action<int> then) : IProgress<int>
    {
        public List<int> Seen { get; } = [];

        public void Report(int value)
        {
            Seen.Add(value);
            then(value);
        }
    }

    [Fact]
    public void A_latent_scale_is_undone_after_sampling_and_leaves_known_frames_alone()
    {
        using var scope = NewDisposeScope();
        using var precision = Melody.Runtime.ComputePrecision.Use(ScalarType.Float32);
        var config = Parts.Denoiser.Config("test") with
        {
            HiddenWidth = 32,
            Heads = 2,
            SruWidth = 16,
            FeedForwardWidth = 32,
            Blocks = 2,
            LatentChannels = 4,
        };
        using var plain = new DualPathDenoiser(config, Melody.Nn.ParameterFactory.Random(1));
        using var scaled = new DualPathDenoiser(config with { LatentScale = 4 }, Melody.Nn.ParameterFactory.Random(1));
        var options = new LatentSamplingOptions { Steps = 3, Guidance = 1 };
        var noise = Reference.FixedValues.Tensor(1, 1, 32, 4);
        var tokens = zeros([1, 16], ScalarType.Int64);
        var unscaled = new LatentSampler(plain, options).Generate(tokens, noise);
        Assert.InRange(unscaled.abs().max().item<float>(), 0.01f, 0.999f); // nothing was clipped
        Reference.FixedValues.AssertClose(unscaled / 4, new LatentSampler(scaled, options).Generate(tokens, noise));
        var known = Reference.FixedValues.Tensor(2, 1, 16, 4);
        var continued = new LatentSampler(scaled, options).Continue(known, tokens, noise);
        Assert.True(continued.narrow(1, 0, 16).equal(known).all().item<bool>());
        var alike = new LatentSampler(plain, options).Continue(known * 4, tokens, noise);
        Reference.FixedValues.AssertClose(alike.narrow(1, 16, 16) / 4, continued.narrow(1, 16, 16));
    }
}
