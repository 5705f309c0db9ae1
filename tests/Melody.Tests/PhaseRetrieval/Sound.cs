using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

/// <summary>Sounds whose samples are written down, and the plain loops that compare spectra.</summary>
internal static class Sound
{
    public const int SampleRate = 48_000;

    /// <summary>The grid of the autoencoder.</summary>
    public static ShortTimeGrid Grid { get; } = new(2048, 480);

    /// <summary>amplitude sin(2 pi hertz t + 2 pi turns), by time in samples.</summary>
    public static float Sine(long sample, double hertz, double amplitude = 0.5, double turns = 0.1) =>
        (float)(amplitude * Math.Sin(2 * Math.PI * (hertz * sample / SampleRate + turns)));

    /// <summary>Samples by a formula.</summary>
    public static float[] Of(int samples, Func<int, double> formula) => [.. Enumerable.Range(0, samples).Select(i => (float)formula(i))];

    /// <summary>Plucked harmonic notes, three at a time, over quiet noise: what music is like, for a transform.</summary>
    public static float[] Plucks(int samples, int seed = 5)
    {
        var random = new Random(seed);
        var sound = new double[samples];
        for (int start = 0; start < samples; start += SampleRate / 5)
        for (int voice = 0; voice < 3; voice++)
        {
            double hertz = 110 * Math.Pow(2, random.Next(0, 36) / 12.0),
                level = 0.1 + 0.1 * random.NextDouble();
            for (int partial = 1; partial * hertz < 16_000 && partial < 20; partial++)
            {
                double turns = random.NextDouble();
                for (int i = start; i < samples; i++)
                {
                    double t = (i - start) / (double)SampleRate;
                    double envelope = Math.Min(1, t * 500) * Math.Exp(-t * (2 + partial)) * level / partial;
                    sound[i] += envelope * Math.Sin(2 * Math.PI * (partial * hertz * t + turns));
                }
            }
        }
        return [.. sound.Select(x => (float)(x + (random.NextDouble() - 0.5) * 1e-3))];
    }

    /// <summary>Log-magnitudes and phases in turns of the frames of a sound, [frames, bins].</summary>
    public static (float[] Levels, float[] Phases) Analyze(ShortTimeGrid grid, float[] samples)
    {
        var (re, im) = new ShortTimeTransform(grid).Analyze(samples);
        var levels = new float[re.Length];
        Levels.OfSpectrum(re, im, levels);
        return (levels, [.. re.Zip(im, Turns.Of)]);
    }

    /// <summary>The samples of log-magnitudes and phases.</summary>
    public static float[] Synthesize(ShortTimeGrid grid, float[] levels, float[] phases)
    {
        var samples = new List<float>();
        var sum = new OverlapAdd(grid);
        var transform = new ShortTimeTransform(grid);
        float[] re = new float[grid.Bins],
            im = new float[grid.Bins],
            frame = new float[grid.FftSize];
        for (int at = 0; at < levels.Length; at += grid.Bins)
        {
            for (int k = 0; k < grid.Bins; k++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * phases[at + k]);
                (re[k], im[k]) = ((float)(Math.Exp(levels[at + k]) * cos), (float)(Math.Exp(levels[at + k]) * sin));
            }
            transform.Inverse(re, im, frame);
            samples.AddRange(frame[..sum.Add(frame, frame)]);
        }
        samples.AddRange(frame[..sum.Finish(frame)]);
        return [.. samples];
    }

    /// <summary>Spectral convergence, dB: the energy of errors of magnitudes over the energy of magnitudes.</summary>
    public static double Convergence(ShortTimeGrid grid, float[] levels, float[] sound)
    {
        var (found, _) = Analyze(grid, sound);
        double error = 0,
            energy = 0;
        for (int i = 0; i < levels.Length; i++)
        {
            double wanted = Math.Exp(levels[i]);
            (error, energy) = (error + Math.Pow(wanted - Math.Exp(found[i]), 2), energy + wanted * wanted);
        }
        return 10 * Math.Log10(error / energy);
    }

    /// <summary>The difference of two angles, turns, in [-1/2, 1/2].</summary>
    public static double Gap(double a, double b) => a - b - Math.Round(a - b);
}
