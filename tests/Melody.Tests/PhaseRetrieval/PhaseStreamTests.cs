using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

public sealed class PhaseStreamTests
{
    private const int Hop = 480,
        Frames = 40;

    private static readonly ShortTimeGrid Grid = Sound.Grid;
    private static readonly int Bins = Grid.Bins;

    /// <summary>
    /// The paper's heap, in double precision: the loudest bin of the frame before and of the part of this frame that has its
    /// phase comes out and hands its phase on. The two scans must find the same paths.
    /// </summary>
    [Fact]
    public void ScansFindThePathsOfTheHeap()
    {
        var grid = new ShortTimeGrid(512, 120);
        var (levels, _) = Sound.Analyze(grid, Sound.Plucks(60 * 120));
        const double tolerance = 1e-4;
        var found = Run(grid, levels, tolerance);
        int bins = grid.Bins,
            frames = levels.Length / bins,
            same = 0,
            significant = 0;
        for (int n = 0; n < frames; n++)
        {
            // each frame from the stream's own phases before it, so that a tie that fell otherwise counts once
            var plain = PlainStep(grid, levels, found, n, tolerance);
            for (int k = 0; k < bins; k++)
                if (!double.IsNaN(plain[k]))
                {
                    significant++;
                    same += Math.Abs(Sound.Gap(plain[k], found[n * bins + k])) < 1e-3 ? 1 : 0;
                }
        }
        Assert.True(significant > frames * bins / 4);
        Assert.True(same > 0.999 * significant, $"{same} of {significant}");
    }

    [Theory]
    [InlineData(997.3)]
    [InlineData(5003.9)]
    public void SteadySineKeepsItsFrequency(double hertz)
    {
        var (levels, truth) = Sound.Analyze(Grid, Sound.Of(Frames * Hop, i => Sound.Sine(i, hertz)));
        var found = Run(Grid, levels);
        int bin = (int)Math.Round(hertz * 2048 / Sound.SampleRate);
        double offset = Sound.Gap(found[20 * Bins + bin], truth[20 * Bins + bin]);
        for (int n = 3; n < Frames - 3; n++)
        for (int k = bin - 1; k <= bin + 1; k++)
            Assert.Equal(0, Sound.Gap(found[n * Bins + k] - offset, truth[n * Bins + k]), 0.005);
    }

    [Fact]
    public void MusicConvergesNearlyAsWellAsWhole()
    {
        var (levels, _) = Sound.Analyze(Grid, Sound.Plucks(60 * Hop));
        var whole = new float[levels.Length];
        new PhaseGradientHeap(Grid).Integrate(levels, whole);
        double Convergence(float[] phases) => Sound.Convergence(Grid, levels, Sound.Synthesize(Grid, levels, phases));
        double best = Convergence(whole);
        Assert.InRange(Convergence(Run(Grid, levels)), -60, best + 3);
    }

    /// <summary>Frames whose phases are known keep them, and a sine goes on from them in step.</summary>
    [Fact]
    public void GoesOnFromKnownFrames()
    {
        const int known = 8;
        var (levels, truth) = Sound.Analyze(Grid, Sound.Of(Frames * Hop, i => Sound.Sine(i, 997.3)));
        var found = Run(Grid, levels, known: truth[..(known * Bins)]);
        Assert.Equal(truth[..(known * Bins)], found[..(known * Bins)]);
        for (int n = known; n < Frames - 3; n++)
            Assert.Equal(0, Sound.Gap(found[n * Bins + 43], truth[n * Bins + 43]), 0.01);
    }

    [Fact]
    public void SilenceAndDenormalsGiveFinitePhases()
    {
        var levels = new float[5 * Bins];
        Array.Fill(levels, float.NegativeInfinity);
        for (int k = 0; k < Bins; k += 3)
            levels[2 * Bins + k] = MathF.Log(float.Epsilon);
        for (int k = 0; k < Bins; k++)
            levels[4 * Bins + k] = -3;
        Assert.All(Run(Grid, levels), p => Assert.InRange(p, -0.5f, 0.5f));
    }

    private static float[] Run(ShortTimeGrid grid, float[] levels, double tolerance = 1e-6, float[]? known = null)
    {
        var stream = new PhaseStream(grid, tolerance);
        int bins = grid.Bins,
            told = 0;
        var phases = new float[levels.Length];
        for (int at = 0; at < levels.Length; at += bins)
            if (stream.Push(levels.AsSpan(at, bins), phases.AsSpan(told), at < known?.Length ? known.AsSpan(at, bins) : default))
                told += bins;
        Assert.True(stream.Finish(phases.AsSpan(told)));
        Assert.Equal(levels.Length, told + bins);
        return phases;
    }

    private static double[] PlainStep(ShortTimeGrid grid, float[] levels, float[] before, int n, double tolerance)
    {
        int bins = grid.Bins,
            frames = levels.Length / bins;
        double Level(int frame, int k) => levels[Math.Clamp(frame, 0, frames - 1) * bins + k];
        double top = Enumerable.Range(Math.Max(0, n - 1) * bins, n > 0 ? 2 * bins : bins).Max(i => levels[i]);
        bool Loud(int frame, int k) => Level(frame, k) > top + Math.Log(tolerance);
        double Time(int frame, int k)
        {
            double t = k == 0 || k == bins - 1 ? 0 : Math.Tanh((Level(frame, k + 1) - Level(frame, k - 1)) / 2);
            return (k + 4 * t / (3 + Math.Sqrt(9 - 8 * t * t))) * grid.Hop / grid.FftSize;
        }
        double Frequency(int k)
        {
            double slope = (Level(n - 1, k) - Level(n + 1, k)) / (n == 0 || n == frames - 1 ? 1 : 2);
            return Math.Atan(Math.Tanh(slope / 2) / Math.Tan(Math.PI * grid.Hop / grid.FftSize)) / Math.PI;
        }
        var phases = Enumerable.Repeat(double.NaN, bins).ToArray();
        var heap = new PriorityQueue<(bool Here, int Bin), double>();
        for (int k = 0; k < bins && n > 0; k++)
            if (Loud(n - 1, k))
                heap.Enqueue((false, k), -Level(n - 1, k));
        while (true)
        {
            if (heap.Count == 0)
            {
                int start = Enumerable
                    .Range(0, bins)
                    .Where(k => double.IsNaN(phases[k]) && Loud(n, k))
                    .OrderByDescending(k => Level(n, k))
                    .FirstOrDefault(-1);
                if (start < 0)
                    return phases;
                phases[start] = 0;
                heap.Enqueue((true, start), -Level(n, start));
            }
            var (here, bin) = heap.Dequeue();
            if (!here)
                Reach(bin, before[(n - 1) * bins + bin] + (Time(n - 1, bin) + Time(n, bin)) / 2);
            else
            {
                if (bin + 1 < bins)
                    Reach(bin + 1, phases[bin] + (Frequency(bin) + Frequency(bin + 1)) / 2);
                if (bin > 0)
                    Reach(bin - 1, phases[bin] - (Frequency(bin) + Frequency(bin - 1)) / 2);
            }
        }
        void Reach(int k, double phase)
        {
            if (!Loud(n, k) || !double.IsNaN(phases[k]))
                return;
            phases[k] = phase;
            heap.Enqueue((true, k), -Level(n, k));
        }
    }
}
