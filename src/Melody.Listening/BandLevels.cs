using Melody.Audio;

namespace Melody.Listening;

/// <summary>
/// How loud a sound is in 36 bands of equal width in the logarithm of frequency, 40 Hz to 11 kHz, 100 times a second:
/// log(1 + 1000 magnitude). The sound is brought to one level (-20 dB RMS) first.
/// </summary>
/// <param name="Rate">Frames a second, Hz.</param>
/// <param name="Values">[frames][bands]; frame m belongs to m / rate seconds.</param>
internal sealed record BandLevels(double Rate, double[][] Values)
{
    /// <summary>Number of bands.</summary>
    public const int Bands = 36;

    private const int SampleRate = 24_000,
        FftSize = 1008,
        Hop = 240;
    private const double Compression = 1000,
        LowestHertz = 40,
        HighestHertz = 11_000,
        Level = 0.1;

    private static readonly int[] Edges = BandEdges();

    /// <summary>Of a sound with one channel, at any rate.</summary>
    public static BandLevels Of(AudioClip clip)
    {
        var samples = clip.Resample(SampleRate).Samples;
        double power = 0;
        foreach (float sample in samples)
            power += (double)sample * sample / samples.Length;
        double gain = power < 1e-12 ? 0 : Level / Math.Sqrt(power);
        return new(
            (double)SampleRate / Hop,
            [
                .. new FourierTransform(FftSize)
                    .Magnitudes(samples, Hop)
                    .Select(magnitudes =>
                    {
                        var levels = new double[Bands];
                        for (int band = 0; band < Bands; band++)
                        {
                            double energy = 0;
                            for (int bin = Edges[band]; bin < Edges[band + 1]; bin++)
                                energy += (double)magnitudes[bin] * magnitudes[bin];
                            levels[band] = Math.Log(1 + Compression * gain * Math.Sqrt(energy));
                        }
                        return levels;
                    }),
            ]
        );
    }

    // at least one bin a band
    private static int[] BandEdges()
    {
        var edges = new int[Bands + 1];
        for (int i = 0; i <= Bands; i++)
        {
            int bin = (int)Math.Round(LowestHertz * Math.Pow(HighestHertz / LowestHertz, (double)i / Bands) * FftSize / SampleRate);
            edges[i] = i == 0 ? Math.Max(1, bin) : Math.Max(edges[i - 1] + 1, bin);
        }
        return edges;
    }
}
