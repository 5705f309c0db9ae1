using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

public sealed class ShortTimeTransformTests
{
    [Theory]
    [InlineData(2048, 480)]
    [InlineData(256, 64)]
    [InlineData(240, 60)]
    [InlineData(130, 38)]
    [InlineData(64, 32)]
    public void TrueSpectraGiveTheSoundBack(int size, int hop)
    {
        var grid = new ShortTimeGrid(size, hop);
        var random = new Random(3);
        float[] sound = [.. Enumerable.Range(0, 9 * hop).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        var (levels, phases) = Sound.Analyze(grid, sound);
        Assert.Equal(9 * grid.Bins, levels.Length);
        var back = Sound.Synthesize(grid, levels, phases);
        Assert.Equal(sound.Length, back.Length);
        for (int i = 0; i < sound.Length; i++)
            Assert.Equal(sound[i], back[i], 2e-5);
    }

    /// <summary>Frame n is centred at (n + 1/2) hop: there a click has the largest value and no delay.</summary>
    [Fact]
    public void FramesAreCentredBetweenHops()
    {
        var grid = new ShortTimeGrid(256, 64);
        var click = new float[10 * 64];
        click[5 * 64 + 32] = 1;
        var (re, im) = new ShortTimeTransform(grid).Analyze(click);
        for (int k = 0; k < grid.Bins; k++)
        {
            Assert.Equal(1, re[5 * grid.Bins + k], 1e-5);
            Assert.Equal(0, im[5 * grid.Bins + k], 1e-5);
        }
    }

    /// <summary>A sine of amplitude 1 in the middle of a bin reads N / 4.</summary>
    [Fact]
    public void FullScaleIsAQuarterOfTheWindow()
    {
        var grid = new ShortTimeGrid(256, 64);
        var (levels, _) = Sound.Analyze(grid, Sound.Of(1024, i => Math.Sin(2 * Math.PI * i * 20 / 256)));
        Assert.Equal(grid.FullScale, Math.Exp(levels[8 * grid.Bins + 20]), 1e-3);
    }

    [Theory]
    [InlineData(2047, 480)]
    [InlineData(2048, 481)]
    [InlineData(2048, 1026)]
    public void OddSizesAreRefused(int size, int hop) => Assert.Throws<ArgumentOutOfRangeException>(() => new ShortTimeGrid(size, hop));
}
