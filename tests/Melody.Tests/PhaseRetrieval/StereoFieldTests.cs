using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

public sealed class StereoFieldTests
{
    private const int Hop = 480,
        Frames = 50;

    /// <summary>Balance b puts (1 + b) / 2 of the energy on the left; correlation 1 leaves nothing but that gain.</summary>
    [Theory]
    [InlineData(0f, 1)]
    [InlineData(0.6f, 2)]
    [InlineData(-0.6f, 0.5)]
    public void CorrelationOneIsPanning(float balance, double ratio)
    {
        var (left, right) = With(balance, 1);
        Assert.True(left.Max() > 0.1);
        for (int i = 0; i < left.Length; i++)
            Assert.Equal(left[i], ratio * right[i], balance == 0 ? 0 : 1e-5);
    }

    [Fact]
    public void HardPanningLeavesTheOtherChannelSilent()
    {
        var (left, right) = With(1, 1);
        Assert.True(left.Max() > 0.1);
        Assert.All(right, x => Assert.Equal(0, x));
    }

    [Fact]
    public void CorrelationMinusOneIsOppositePhase()
    {
        var (left, right) = With(0, -1);
        Assert.True(left.Max() > 0.1);
        for (int i = 0; i < left.Length; i++)
            Assert.Equal(-left[i], right[i], 0f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    [InlineData(-0.5f)]
    public void CorrelationComesOutAsAsked(float correlation)
    {
        var (left, right) = With(0, correlation);
        Assert.Equal(correlation, Correlation(left, right), 0.06);
        Assert.Equal(0, Decibels(left, right), 0.3);
    }

    /// <summary>A wide clip: width, energies of each channel and of their sum come back.</summary>
    [Fact]
    public void WidthComesBack()
    {
        float[] a = Sound.Plucks(Frames * Hop),
            b = Sound.Plucks(Frames * Hop, 8),
            left = [.. a.Zip(b, (x, y) => x + 0.3f * y)],
            right = [.. a.Zip(b, (x, y) => 0.4f * x + 0.9f * y)];
        var (l, r) = StereoClip.Of(left, right).Synthesize();
        Assert.Equal(Correlation(left, right), Correlation(l, r), 0.06);
        Assert.Equal(0, Decibels(l, left), 0.5);
        Assert.Equal(0, Decibels(r, right), 0.5);
        Assert.Equal(0, Decibels(Sum(l, r), Sum(left, right)), 0.5);
    }

    /// <summary>What is gathered from two channels spreads to their energies, and panned sound to itself.</summary>
    [Fact]
    public void GatheredSpectraSpreadToTheSame()
    {
        var grid = Sound.Grid;
        var field = new StereoField(grid, Sound.SampleRate);
        var random = new Random(2);
        var known = ChannelSpectra.Empty(grid.Bins, 2);
        for (int k = 0; k < grid.Bins; k++)
        {
            (known.LeftRe[k], known.LeftIm[k]) = ((float)random.NextDouble() - 0.5f, (float)random.NextDouble() - 0.5f);
            (known.RightRe[k], known.RightIm[k]) = (0.5f * known.LeftRe[k], 0.5f * known.LeftIm[k]);
        }
        var frame = new SpectralFrame(grid.Bins);
        field.Gather(known, frame);
        Assert.All(frame.Balance, b => Assert.Equal(0.6, b, 1e-5));
        Assert.All(frame.Correlation, c => Assert.Equal(1, c, 1e-5));
        var spread = ChannelSpectra.Empty(grid.Bins, 2);
        field.Spread(frame, spread);
        for (int k = 0; k < grid.Bins; k++)
        {
            Assert.Equal(known.LeftRe[k], spread.LeftRe[k], 2e-3);
            Assert.Equal(known.LeftIm[k], spread.LeftIm[k], 2e-3);
            Assert.Equal(known.RightRe[k], spread.RightRe[k], 2e-3);
            Assert.Equal(known.RightIm[k], spread.RightIm[k], 2e-3);
        }
    }

    private static (float[] Left, float[] Right) With(float balance, float correlation)
    {
        var clip = StereoClip.Of(Sound.Plucks(Frames * Hop), Sound.Plucks(Frames * Hop));
        Array.Fill(clip.Balance, balance);
        Array.Fill(clip.Correlation, correlation);
        return clip.Synthesize();
    }

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Correlation(float[] a, float[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Decibels(float[] a, float[] b) => 10 * Math.Log10(Dot(a, a) / Dot(b, b));

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
