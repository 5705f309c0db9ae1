using Melody.Audio;
using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

/// <summary>The features of two channels as the autoencoder has them, by plain loops.</summary>
internal sealed record StereoClip(float[] Levels, float[] Balance, float[] Correlation)
{
    public static StereoClip Of(float[] left, float[] right)
    {
        var grid = Sound.Grid;
        var bands = new StereoBands(Sound.SampleRate, grid.FftSize).OfBin;
        int bins = grid.Bins;
        var (lr, li) = new ShortTimeTransform(grid).Analyze(left);
        var (rr, ri) = new ShortTimeTransform(grid).Analyze(right);
        int frames = lr.Length / bins;
        var clip = new StereoClip(new float[lr.Length], new float[frames * 24], new float[frames * 24]);
        for (int n = 0; n < frames; n++)
        {
            double[] l = new double[24],
                r = new double[24],
                cross = new double[24];
            for (int k = 0; k < bins; k++)
            {
                int i = n * bins + k;
                double ll = (double)lr[i] * lr[i] + (double)li[i] * li[i],
                    rrr = (double)rr[i] * rr[i] + (double)ri[i] * ri[i];
                l[bands[k]] += ll;
                r[bands[k]] += rrr;
                cross[bands[k]] += (double)lr[i] * rr[i] + (double)li[i] * ri[i];
                clip.Levels[i] = (float)Math.Log(Math.Max(Math.Sqrt((ll + rrr) / 2) * 4 / grid.FftSize, 1e-5));
            }
            for (int b = 0; b < 24; b++)
            {
                clip.Balance[n * 24 + b] = (float)((l[b] - r[b]) / (l[b] + r[b] + 1e-30));
                clip.Correlation[n * 24 + b] = (float)Math.Clamp(cross[b] / (Math.Sqrt(l[b] * r[b]) + 1e-30), -1, 1);
            }
        }
        return clip;
    }

    /// <summary>Both channels, synthesised.</summary>
    public (float[] Left, float[] Right) Synthesize(SynthesisOptions? options = null)
    {
        var synthesizer = new SpectrogramSynthesizer(Sound.Grid, Sound.SampleRate, 2, options);
        float[] both =
        [
            .. synthesizer.Push(
                new()
                {
                    LogMagnitudes = Levels,
                    Balance = Balance,
                    Correlation = Correlation,
                }
            ),
            .. synthesizer.Finish(),
        ];
        return ([.. both.Where((_, i) => i % 2 == 0)], [.. both.Where((_, i) => i % 2 == 1)]);
    }
}
