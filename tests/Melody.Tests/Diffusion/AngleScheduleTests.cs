using CsCheck;
using Melody.Diffusion;

namespace Melody.Tests.Diffusion;

/// <summary>The schedules against the paper's eq. 4 and its printed values.</summary>
public sealed class AngleScheduleTests
{
    private static readonly Gen<(int Steps, bool Uniform)> Schedules = Gen.Select(Gen.Int[1, 1000], Gen.Bool);

    private static double[] Steps(AngleSchedule schedule, int steps)
    {
        var angles = schedule.Angles(steps);
        return [.. Enumerable.Range(0, steps).Select(i => angles[i] - angles[i + 1])];
    }

    [Fact]
    public void LeadsFromExactlyHalfPiToExactlyZero() =>
        Schedules.Sample(
            (count, uniform) =>
            {
                var schedule = uniform ? AngleSchedule.Uniform : AngleSchedule.Linear;
                var angles = schedule.Angles(count);
                Assert.Equal(count + 1, angles.Length);
                Assert.Equal(Math.PI / 2, angles[0]);
                Assert.Equal(0, angles[^1]);
                Assert.Equal(Math.PI / 2, Steps(schedule, count).Sum(), 1e-12);
                Assert.All(Steps(schedule, count), step => Assert.True(step > 0));
            }
        );

    [Fact]
    public void LinearStepsAreEquationFour() =>
        Gen.Int[1, 1000]
            .Sample(count =>
            {
                var steps = Steps(AngleSchedule.Linear, count);
                for (int i = 0; i < count; i++)
                {
                    double t = count - i,
                        expected = Math.PI / (6 * count) + 2 * Math.PI * t / (3.0 * count * (count + 1));
                    Assert.Equal(expected, steps[i], 1e-12);
                }
            });

    [Theory]
    [InlineData(5, 0.4538, 0.1745)]
    [InlineData(10, 0.2428, 0.0714)]
    [InlineData(20, 0.1259, 0.0312)]
    public void LinearStepsHaveTheKnownEnds(int count, double first, double last)
    {
        var steps = Steps(AngleSchedule.Linear, count);
        Assert.Equal(first, steps[0], 5e-5);
        Assert.Equal(last, steps[^1], 5e-5);
    }

    [Fact]
    public void UniformStepsAreEqual() =>
        Gen.Int[1, 1000]
            .Sample(count => Assert.All(Steps(AngleSchedule.Uniform, count), step => Assert.Equal(Math.PI / (2 * count), step, 1e-12)));

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1001)]
    public void OtherNumbersOfStepsAreRefused(int count)
    {
        var error = Assert.Throws<MelodyException>(() => AngleSchedule.Linear.Angles(count));
        Assert.Contains(count.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }
}
