using CsCheck;
using Melody.Corpus.Mixing;

namespace Melody.Tests.Corpus.Mixing;

public sealed class PanLawTests
{
    [Fact]
    public void The_energy_is_the_same_in_every_place_and_the_place_is_an_angle()
    {
        Gen.Double[-1, 1]
            .Sample(pan =>
            {
                var (left, right) = PanLaw.Gains(pan);
                Assert.Equal(2, left * left + right * right, 1e-12);
                Assert.Equal((pan + 1) * 45, Math.Atan2(right, left) * 180 / Math.PI, 1e-9);
                var (mirroredLeft, mirroredRight) = PanLaw.Gains(-pan);
                Assert.Equal((right, left), (mirroredLeft, mirroredRight), Near);
            });
        Assert.Equal((1.0, 1.0), PanLaw.Gains(0), Near);
        Assert.Equal((Math.Sqrt(2), 0.0), PanLaw.Gains(-1), Near);
    }

    /// <summary>
    /// A middle and a side of independent noise, the side as loud as the law allows: the mono sum keeps half of the energy.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-0.4)]
    [InlineData(0.7)]
    [InlineData(0.95)]
    public void The_loudest_side_costs_three_decibels_in_mono(double pan)
    {
        var random = new Random(1);
        var (left, right) = PanLaw.Gains(pan);
        var scale = Math.Sqrt(PanLaw.LargestSide(pan));
        double mono = 0,
            both = 0;
        for (var n = 0; n < 200_000; n++)
        {
            var (middle, side) = (random.NextDouble() - 0.5, scale * (random.NextDouble() - 0.5));
            var (l, r) = (left * middle + side, right * middle - side);
            mono += (l + r) * (l + r) / 2;
            both += l * l + r * r;
        }
        Assert.Equal(-3.01, 10 * Math.Log10(mono / both), 0.05);
    }

    private static bool Near((double, double) a, (double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;
}
