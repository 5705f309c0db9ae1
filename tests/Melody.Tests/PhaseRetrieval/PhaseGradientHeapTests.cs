using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

public sealed class PhaseGradientHeapTests
{
    private const int Hop = 480,
        Frames = 40;

    private static readonly ShortTimeGrid Grid = Sound.Grid;
    private static readonly int Bins = Grid.Bins;

    [Theory]
    [InlineData(997.3)]
    [InlineData(5003.9)]
    [InlineData(46.9)]
    public void SteadySineKeepsItsFrequency(double hertz)
    {
        var (levels, truth, found) = Retrieve(Sound.Of(Frames * Hop, i => Sound.Sine(i, hertz)));
        int bin = (int)Math.Round(hertz * 2048 / Sound.SampleRate);
        // the peak and what lies around it, relative to the peak of a frame in the middle
        double offset = Sound.Gap(found[20 * Bins + bin], truth[20 * Bins + bin]);
        for (int n = 3; n < Frames - 3; n++)
        for (int k = bin - 1; k <= bin + 1; k++)
            Assert.Equal(0, Sound.Gap(found[n * Bins + k] - offset, truth[n * Bins + k]), hertz < 100 ? 0.1 : 0.005);
    }

    /// <summary>Two sines a fifth apart: each keeps its own frequency, whatever their phases to each other.</summary>
    [Fact]
    public void TwoSinesKeepTheirFrequencies()
    {
        var (_, truth, found) = Retrieve(Sound.Of(Frames * Hop, i => Sound.Sine(i, 640.2) + Sound.Sine(i, 961.7, 0.2, 0.4)));
        foreach (int bin in new[] { 27, 41 })
            for (int n = 3; n < Frames - 4; n++)
            {
                int i = n * Bins + bin;
                Assert.Equal(0, Sound.Gap(found[i + Bins] - found[i], truth[i + Bins] - truth[i]), 0.002);
            }
    }

    /// <summary>2 kHz a second: the phase advances as the truth's does, on the ridge, where nearly all energy is.</summary>
    [Fact]
    public void ChirpFollowsItsFrequency()
    {
        const double from = 1000,
            hertzPerSecond = 2000;
        double Turns(double t) => from * t + hertzPerSecond * t * t / 2;
        var (levels, truth, found) = Retrieve(
            Sound.Of(Frames * Hop, i => 0.5 * Math.Sin(2 * Math.PI * Turns(i / (double)Sound.SampleRate)))
        );
        for (int n = 3; n < Frames - 4; n++)
        {
            double hertz = from + hertzPerSecond * (n + 1) * Hop / Sound.SampleRate;
            int i = n * Bins + (int)Math.Round(hertz * 2048 / Sound.SampleRate);
            Assert.Equal(0, Sound.Gap(found[i + Bins] - found[i], truth[i + Bins] - truth[i]), 0.04);
            Assert.Equal(0, Sound.Gap(found[i + 1] - found[i], truth[i + 1] - truth[i]), 0.06);
        }
    }

    /// <summary>Clicks further apart than a window, none in the middle of a frame: phases fall with frequency as the truth's do.</summary>
    [Fact]
    public void ClicksKeepTheirPlaces()
    {
        int[] clicks = [3 * Hop + 31, 10 * Hop + 400, 17 * Hop + 240, 25 * Hop + 111];
        var sound = new float[Frames * Hop];
        foreach (int at in clicks)
            sound[at] = 0.7f;
        var (_, truth, found) = Retrieve(sound);
        foreach (int n in clicks.Select(at => at / Hop))
        {
            double offset = Sound.Gap(found[n * Bins + 500], truth[n * Bins + 500]);
            for (int k = 2; k < Bins - 2; k++)
                Assert.Equal(0, Sound.Gap(found[n * Bins + k] - offset, truth[n * Bins + k]), 0.02);
        }
    }

    /// <summary>Random phases on the same magnitudes come to about -3 dB; the literature has -20 to -30 for music.</summary>
    [Fact]
    public void MusicConverges()
    {
        var sound = Sound.Plucks(60 * Hop);
        var (levels, _, found) = Retrieve(sound);
        Assert.InRange(Sound.Convergence(Grid, levels, Sound.Synthesize(Grid, levels, found)), -60, -20);
    }

    /// <summary>Frames before and after a gap are known; the sine between them joins both.</summary>
    [Fact]
    public void GapBetweenKnownFramesIsBridged()
    {
        var sound = Sound.Of(Frames * Hop, i => Sound.Sine(i, 441.3));
        var (levels, truth) = Sound.Analyze(Grid, sound);
        var known = Enumerable.Range(0, Frames).Select(n => n is < 15 or > 25).ToArray();
        var phases = truth.ToArray();
        Array.Clear(phases, 15 * Bins, 11 * Bins);
        new PhaseGradientHeap(Grid).Integrate(levels, phases, known);
        for (int i = 0; i < phases.Length; i++)
            if (known[i / Bins])
                Assert.Equal(truth[i], phases[i]);
        var back = Sound.Synthesize(Grid, levels, phases);
        for (int i = 6 * Hop; i < (Frames - 6) * Hop; i++)
            Assert.Equal(sound[i], back[i], 0.01);
    }

    [Fact]
    public void SilenceAndDenormalsGiveFinitePhases()
    {
        var levels = new float[6 * Bins];
        Array.Fill(levels, float.NegativeInfinity, 0, 3 * Bins);
        for (int k = 0; k < Bins; k++)
            levels[4 * Bins + k] = MathF.Log(float.Epsilon * (1 + k % 5));
        var phases = new float[levels.Length];
        new PhaseGradientHeap(Grid).Integrate(levels, phases);
        Assert.All(phases, p => Assert.InRange(p, -0.5f, 0.5f));
        Array.Fill(levels, float.NegativeInfinity);
        new PhaseGradientHeap(Grid).Integrate(levels, phases);
        Assert.All(phases, p => Assert.InRange(p, -0.5f, 0.5f));
        new PhaseGradientHeap(Grid).Integrate([], []);
    }

    /// <summary>Which phases quiet bins get is up to the seed; what is loud does not depend on it.</summary>
    [Fact]
    public void SeedDecidesQuietBinsOnly()
    {
        var (levels, _) = Sound.Analyze(Grid, Sound.Of(20 * Hop, i => Sound.Sine(i, 997.3)));
        float[] Run(ulong seed)
        {
            var phases = new float[levels.Length];
            new PhaseGradientHeap(Grid, 1e-3, seed).Integrate(levels, phases);
            return phases;
        }
        var (a, again, b) = (Run(1), Run(1), Run(2));
        Assert.Equal(a, again);
        float threshold = levels.Max() + MathF.Log(1e-3f);
        for (int i = 0; i < a.Length; i++)
            if (levels[i] > threshold + 0.01f)
                Assert.Equal(a[i], b[i]);
        Assert.True(Enumerable.Range(0, a.Length).Count(i => levels[i] < threshold - 0.01f && a[i] != b[i]) > a.Length / 2);
    }

    private static (float[] Levels, float[] Truth, float[] Found) Retrieve(float[] sound)
    {
        var (levels, truth) = Sound.Analyze(Grid, sound);
        var found = new float[levels.Length];
        new PhaseGradientHeap(Grid).Integrate(levels, found);
        return (levels, truth, found);
    }
}
