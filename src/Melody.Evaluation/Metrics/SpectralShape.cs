using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Centroid and bandwidth of the magnitude spectrum of each frame, Hz: its mean frequency and the standard deviation
/// around it (Peeters, "A large set of audio features for sound description", 2004). Frames of 2048 samples every 512.
/// </summary>
/// <param name="Centroid">Hz, one a frame; NaN in frames under -80 dB.</param>
/// <param name="Bandwidth">Hz, one a frame; NaN in frames under -80 dB.</param>
internal sealed record SpectralShape(double[] Centroid, double[] Bandwidth)
{
    private const int FftSize = 2048,
        Hop = 512;
    private const double Silence = 1e-4;

    /// <summary>Of a sound with one channel.</summary>
    public static SpectralShape Of(AudioClip clip)
    {
        var spectrum = Spectrogram.Of(clip.Samples, FftSize, Hop);
        var (centroid, bandwidth) = (new double[spectrum.Frames], new double[spectrum.Frames]);
        for (int frame = 0; frame < spectrum.Frames; frame++)
        {
            double sum = 0,
                first = 0,
                second = 0,
                largest = 0;
            var magnitudes = spectrum.Frame(frame);
            for (int bin = 0; bin < magnitudes.Length; bin++)
            {
                double f = (double)bin * clip.SampleRate / FftSize,
                    m = magnitudes[bin];
                (sum, first, second, largest) = (sum + m, first + m * f, second + m * f * f, Math.Max(largest, m));
            }
            bool silent = largest < Silence;
            centroid[frame] = silent ? double.NaN : first / sum;
            bandwidth[frame] = silent ? double.NaN : Math.Sqrt(Math.Max(0, second / sum - first / sum * (first / sum)));
        }
        return new(centroid, bandwidth);
    }

    /// <summary>Mean absolute differences over the frames in which both sounds are heard, Hz; NaN when there are none.</summary>
    public static (double Centroid, double Bandwidth) Error(SoundPair pair)
    {
        var (a, b) = (Of(pair.Reference), Of(pair.Estimate));
        return (Difference(a.Centroid, b.Centroid), Difference(a.Bandwidth, b.Bandwidth));
    }

    private static double Difference(double[] a, double[] b) =>
        a.Zip(b, (x, y) => Math.Abs(x - y)).Where(d => !double.IsNaN(d)).DefaultIfEmpty(double.NaN).Average();
}
