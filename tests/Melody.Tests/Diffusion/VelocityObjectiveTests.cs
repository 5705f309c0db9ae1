using CsCheck;
using Melody.Diffusion;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>The algebra of angles and velocities, and the chunks of a training example.</summary>
public sealed class VelocityObjectiveTests
{
    [Fact]
    public void ChunksOfThePaperBeginAt625And1250And1875() =>
        Assert.Equal([0, 625, 1250, 1875, 2500], VelocityObjective.ChunkBoundaries(2500, 4));

    [Fact]
    public void FramesHaveTheAngleOfTheirChunk() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 8])
            .Where(p => p.Item1 >= p.Item2)
            .Sample(
                (frames, chunks) =>
                {
                    using var scope = NewDisposeScope();
                    var actual = Flat(VelocityObjective.FrameAngles(FixedValues.Tensor(1, 2, chunks), frames));
                    for (int b = 0; b < 2; b++)
                    for (int m = 0; m < chunks; m++)
                    for (int l = m * frames / chunks; l < (m + 1) * frames / chunks; l++)
                        Assert.Equal(Flat(FixedValues.Tensor(1, 2, chunks))[b * chunks + m], actual[b * frames + l]);
                },
                iter: 40
            );

    [Fact]
    public void NoisyAndVelocityAreAQuarterTurn()
    {
        using var scope = NewDisposeScope();
        Tensor z = FixedValues.Tensor(1, 2, 5, 3),
            noise = FixedValues.Tensor(2, 2, 5, 3),
            angles = FixedValues.Tensor(3, 2, 5).abs() * (Math.PI / 2);
        double[] a = Flat(angles),
            clean = Flat(z),
            e = Flat(noise);
        Tensor noisy = VelocityObjective.Noisy(z, noise, angles),
            velocity = VelocityObjective.Velocity(z, noise, angles);
        for (int i = 0; i < clean.Length; i++)
        {
            double delta = a[i / 3];
            Assert.Equal(Math.Cos(delta) * clean[i] + Math.Sin(delta) * e[i], Flat(noisy)[i], 1e-6);
            Assert.Equal(Math.Cos(delta) * e[i] - Math.Sin(delta) * clean[i], Flat(velocity)[i], 1e-6);
        }
        AssertClose(z, VelocityObjective.Clean(noisy, velocity, angles), 1e-6);
        AssertClose(noise, VelocityObjective.Noise(noisy, velocity, angles), 1e-6);
    }

    /// <summary>Paper, section 9, oracle test (a): with the true velocity a step lands exactly on the smaller angle.</summary>
    [Fact]
    public void AStepWithTheTrueVelocityLandsOnTheSmallerAngle() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1])
            .Sample(
                (part, rest) =>
                {
                    using var scope = NewDisposeScope();
                    double delta = part * Math.PI / 2,
                        step = rest * delta;
                    Tensor z = FixedValues.Tensor(1, 1, 4, 3),
                        noise = FixedValues.Tensor(2, 1, 4, 3);
                    Tensor At(double angle) => full([1, 4], angle, ScalarType.Float32);
                    var stepped = VelocityObjective.Step(
                        VelocityObjective.Noisy(z, noise, At(delta)),
                        VelocityObjective.Velocity(z, noise, At(delta)),
                        At(step)
                    );
                    AssertClose(VelocityObjective.Noisy(z, noise, At(delta - step)), stepped, 2e-6);
                },
                iter: 50
            );

    [Fact]
    public void OneChunkIsThePlainVelocityLoss()
    {
        using var scope = NewDisposeScope();
        double delta = 0.7,
            sum = 0;
        Tensor z = FixedValues.Tensor(1, 1, 6, 2),
            noise = FixedValues.Tensor(2, 1, 6, 2),
            guess = FixedValues.Tensor(3, 1, 6, 2);
        var angles = VelocityObjective.FrameAngles(full([1, 1], delta, ScalarType.Float32), 6);
        double[] clean = Flat(z),
            e = Flat(noise),
            v = Flat(guess);
        for (int i = 0; i < v.Length; i++)
            sum += Math.Pow(v[i] - (Math.Cos(delta) * e[i] - Math.Sin(delta) * clean[i]), 2);
        Assert.Equal(sum / v.Length, VelocityObjective.Loss(guess, VelocityObjective.Velocity(z, noise, angles)).item<float>(), 1e-6);
    }

    [Fact]
    public void Frames_that_stay_do_not_count()
    {
        using var scope = NewDisposeScope();
        Tensor velocity = FixedValues.Tensor(1, 2, 5, 3),
            guess = FixedValues.Tensor(2, 2, 5, 3);
        float[] made = [0, 0, 1, 1, 1, 0, 1, 0, 0, 0];
        double[] v = Flat(velocity),
            g = Flat(guess);
        var means = new double[2];
        for (int example = 0; example < 2; example++)
        {
            var frames = Enumerable.Range(example * 5, 5).Where(frame => made[frame] == 1).ToArray();
            means[example] = frames.Average(frame => Enumerable.Range(frame * 3, 3).Average(i => Math.Pow(v[i] - g[i], 2)));
        }
        Assert.Equal(means.Average(), VelocityObjective.Loss(guess, velocity, null, tensor(made, [2, 5])).item<float>(), 1e-6);
    }
}
