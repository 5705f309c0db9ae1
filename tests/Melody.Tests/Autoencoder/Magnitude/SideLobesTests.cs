using CsCheck;
using Melody.Autoencoder.Magnitude;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder.Magnitude;

/// <summary>What a Hann window's side lobes cover.</summary>
public sealed class SideLobesTests
{
    private const double DecibelsPerNeper = 8.685889638065037;

    // by which the nearest bin reads lower than a sine half-way between two: 1.42 dB
    private const double Scalloping = 0.1641;

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(-10)]
    public void Covering_is_the_plain_loop(double margin)
    {
        const int Bins = 70;
        random.manual_seed(4);
        using var scope = NewDisposeScope();
        var logs = 4 * randn(2, 3, Bins);
        var input = logs.data<float>().ToArray();
        var covered = SideLobes.Cover(logs, margin).data<float>().ToArray();
        for (int row = 0; row < 6; row++)
        for (int k = 0; k < Bins; k++)
        {
            double expected = input[row * Bins + k];
            for (int other = 0; other < Bins; other++)
                if (Math.Abs(k - other) is >= 3 and <= 20 and var d)
                    expected = Math.Max(
                        expected,
                        input[row * Bins + other] - Math.Log(Math.PI * (d - 0.5) * ((d - 0.5) * (d - 0.5) - 1)) + margin / DecibelsPerNeper
                    );
            Assert.Equal(expected, covered[row * Bins + k], 1e-4);
        }
        Assert.Equal(input, logs.data<float>().ToArray());
    }

    [Fact]
    public void A_sine_anywhere_between_two_bins_covers_its_own_side_lobes() =>
        Gen.Double[-0.5, 0.5]
            .Sample(offset =>
            {
                // a periodic Hann window's transform, of a sine that lies so far from bin 0
                double Level(int bin)
                {
                    double d = bin - offset;
                    double value =
                        Math.Abs(d) < 1e-9 ? 1
                        : Math.Abs(Math.Abs(d) - 1) < 1e-9 ? 0.5
                        : Math.Abs(Math.Sin(Math.PI * d) / (Math.PI * d * (1 - d * d)));
                    return Math.Log(Math.Max(value, 1e-12));
                }
                for (int distance = 3; distance <= 20; distance++)
                    foreach (int bin in new[] { distance, -distance })
                        Assert.True(Level(bin) <= Level(0) + SideLobes.LogEnvelope(distance - 0.5) + Scalloping, $"{offset}, bin {bin}");
            });
}
