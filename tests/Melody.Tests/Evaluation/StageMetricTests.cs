using Melody.Audio;
using Melody.Diffusion;
using Melody.Evaluation.Denoising;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.Tokens;
using Melody.Foundation;
using Melody.Runtime;
using Melody.Tests.Audio;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Evaluation;

/// <summary>Measures of single stages against oracles and closed forms.</summary>
public sealed class StageMetricTests
{
    private static readonly double[] Degrees = [10, 45, 80];

    private static (Tensor Latents, Tensor Noise) Draw() =>
        (new CounterRandom(3).Normal(0, 1, 200, 8) * 0.5, new CounterRandom(4).Normal(0, Degrees.Length, 200, 8));

    [Fact]
    public void A_perfect_denoiser_has_no_error_a_fair_one_some_and_noise_the_most()
    {
        using var scope = NewDisposeScope();
        var (latents, noise) = Draw();
        var perfect = VelocityMeasure.Of(latents, noise, Degrees, Oracle(0));
        var fair = VelocityMeasure.Of(latents, noise, Degrees, Oracle(0.3));
        var random = VelocityMeasure.Of(latents, noise, Degrees, Oracle(1.5));
        for (int i = 0; i < Degrees.Length; i++)
        {
            Assert.Equal(0, perfect[i].VelocityError, 1e-9);
            Assert.Equal(0.09, fair[i].VelocityError, 0.01); // the variance of what was added
            Assert.True(perfect[i].SiSnrImprovement > fair[i].SiSnrImprovement + 20);
            Assert.True(fair[i].SiSnrImprovement > random[i].SiSnrImprovement);
        }

        VelocityFunction Oracle(double error) =>
            (_, angles) =>
                VelocityObjective.Velocity(latents.expand(Degrees.Length, -1, -1), noise, angles)
                + new CounterRandom(5).Normal(0, Degrees.Length, 200, 8) * error;
    }

    [Fact]
    public void No_velocity_at_all_improves_nothing_and_errs_by_the_velocitys_energy()
    {
        using var scope = NewDisposeScope();
        var (latents, noise) = Draw();
        var scores = VelocityMeasure.Of(latents, noise, Degrees, (noisy, _) => zeros_like(noisy));
        for (int i = 0; i < Degrees.Length; i++)
        {
            double sine = Math.Sin(Degrees[i] * Math.PI / 180);
            Assert.Equal(0, scores[i].SiSnrImprovement, 1e-3); // a scaled copy of the noisy latents
            Assert.Equal(1 - sine * sine + 0.25 * sine * sine, scores[i].VelocityError, 0.05);
        }
    }

    [Fact]
    public void A_probe_without_neighbours_is_the_shrunken_mean_of_each_token()
    {
        // token 0 twice with 1 and 3, token 1 twice with 6 and 6: mean 4, coefficients (-3 - 1) / (2 + r) and (2 + 2) / (2 + r)
        ProbedMusic music = new([0, 0, 1, 1], [1, 3, 6, 6]);
        var fit = new LinearProbe([2], 1, 0, 2).Measure([music], [music]);
        Assert.Equal(4.0 + 0 + 1 + 1, fit.Error[0], 1e-9); // -3+1, -1+1, 2-1, 2-1
        Assert.Equal(18, fit.Deviation[0], 1e-9);
        Assert.Equal(1 - 6.0 / 18, fit.ExplainedVariance(0, 1), 1e-9);
    }

    [Fact]
    public void A_probe_finds_what_tokens_and_their_neighbours_tell_and_nothing_in_shuffled_ones()
    {
        const int Codes = 6,
            Frames = 4000;
        var random = new CounterRandom(9);
        ProbedMusic Make(ulong stream)
        {
            var draw = random.Fork(stream);
            long[] tokens = [.. Enumerable.Range(0, Frames).Select(i => draw.Integer((ulong)i, Codes))];
            // first target: this token is even; second: the token after the next is 3; third: chance
            return new(
                tokens,
                [
                    .. Enumerable
                        .Range(0, Frames)
                        .SelectMany(i =>
                            new float[]
                            {
                                tokens[i] % 2,
                                i + 2 < Frames && tokens[i + 2] == 3 ? 1 : 0,
                                draw.Uniform((ulong)(Frames + i)) < 0.5 ? 1 : 0,
                            }
                        ),
                ]
            );
        }
        var (fitted, judged) = (Make(1), Make(2));
        var fit = new LinearProbe([Codes], 3, 2, 0.1).Measure([fitted], [judged]);
        Assert.Equal(1, fit.ExplainedVariance(0, 1), 1e-3);
        Assert.Equal(1, fit.ExplainedVariance(1, 1), 0.01);
        Assert.InRange(fit.ExplainedVariance(2, 1), -0.03, 0.01);
        Assert.True(new LinearProbe([Codes], 3, 1, 0.1).Measure([fitted], [judged]).ExplainedVariance(1, 1) < 0.1);
        var shuffled = new LinearProbe([Codes], 3, 2, LinearProbe.UsualRidges).Measure(
            new LinearProbe([Codes], 3, 2, 1).Shuffled([fitted], 1),
            new LinearProbe([Codes], 3, 2, 1).Shuffled([judged], 2)
        );
        Assert.InRange(shuffled.ExplainedVariance(0, 2), -0.03, 0.02);
        Assert.True(double.IsNaN(fit.ExplainedVariance(0, 0)));

        // few examples: the weight that foresees best is far from the smallest, and chance is told as nothing
        ProbedMusic[] few =
        [
            .. Enumerable.Range(0, 8).Select(i => Make((ulong)(10 + i))).Select(m => new ProbedMusic(m.Tokens[..12], m.Targets[..36])),
        ];
        var chosen = new LinearProbe([Codes], 3, 2, LinearProbe.UsualRidges).Measure(few, [judged]);
        var smallest = new LinearProbe([Codes], 3, 2, 0.001).Measure(few, [judged]);
        Assert.True(chosen.ExplainedVariance(2, 1) > smallest.ExplainedVariance(2, 1));
        Assert.InRange(chosen.ExplainedVariance(2, 1), -0.1, 0.05);
    }

    [Fact]
    public void A_probe_of_several_codebooks_adds_what_each_tells()
    {
        const int Frames = 3000;
        var random = new CounterRandom(12);
        ProbedMusic Make(ulong stream)
        {
            var draw = random.Fork(stream);
            long[] tokens = [.. Enumerable.Range(0, 2 * Frames).Select(i => draw.Integer((ulong)i, i % 2 == 0 ? 4 : 3))];
            return new(tokens, [.. Enumerable.Range(0, Frames).Select(i => (float)(tokens[2 * i] % 2 + 2 * (tokens[2 * i + 1] / 2)))]);
        }
        var fit = new LinearProbe([4, 3], 1, 1, 0.1).Measure([Make(1)], [Make(2)]);
        Assert.Equal(1, fit.ExplainedVariance(0, 1), 1e-3);
    }

    [Fact]
    public void Embeddings_are_never_mixed()
    {
        float[][] vectors =
        [
            [1, 0],
            [0, 1],
            [1, 1],
        ];
        var music = new EmbeddedMusic("a", vectors);
        Assert.Equal(0, music.DistanceTo(music), 1e-9);
        Assert.Throws<ArgumentException>(() => music.DistanceTo(new("b", vectors)));
        Assert.True(double.IsNaN(music.Take([0]).DistanceTo(music)));
    }

    [Fact]
    public void A_program_may_be_the_embedding()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program is a shell script");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        string Script(string name, string body)
        {
            File.WriteAllText(folder[name], "#!/bin/sh\n" + body + "\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return folder[name];
        }
        var clip = new AudioClip(Sounds.Noise(1, 2400), 24_000);
        Assert.Equal([1f, -0.5f, 3e2f], new ProgramEmbedding(Script("good", "test -s \"$1\" && echo '[1, -0.5, 3e2]'")).Embed(clip));
        Assert.Contains(
            "is not a number",
            Assert.Throws<MelodyException>(() => new ProgramEmbedding(Script("words", "echo one two")).Embed(clip)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "code 3: no weights",
            Assert.Throws<MelodyException>(() => new ProgramEmbedding(Script("bad", "echo no weights >&2; exit 3")).Embed(clip)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            Assert.Throws<MelodyException>(() => new ProgramEmbedding(folder["missing"])).Message,
            StringComparison.Ordinal
        );
    }
}
