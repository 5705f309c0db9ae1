using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>
/// How strongly notes begin, 100 values a second: the rise of log-compressed magnitudes from frame to frame, summed over
/// 36 bands (spectral flux; Dixon, "Onset detection revisited", 2006), less its mean over a second around.
/// </summary>
/// <param name="Rate">Values a second, Hz.</param>
/// <param name="Values">0 or more; value m belongs to m / rate seconds.</param>
internal sealed record OnsetEnvelope(double Rate, double[] Values)
{
    private const int Bands = 36, FramesPerSecond = 100;
    private const double Compression = 1000, LowestHertz = 40;

    /// <summary>Of a sound with one channel.</summary>
    public static OnsetEnvelope Of(AudioClip clip)
    {
        int hop = Math.Max(1, (int)Math.Round((double)clip.SampleRate / FramesPerSecond));
        int size = 2 * (int)Math.Round(clip.SampleRate * 0.021);
        var spectrum = Spectrogram.Of(clip.Samples, size, hop);
        double rate = (double)clip.SampleRate / hop;
        var edges = Edges(clip.SampleRate, size);
        var flux = new double[spectrum.Frames];
        double[] before = [];
        for (int frame = 0; frame < spectrum.Frames; frame++)
        {
            var magnitudes = spectrum.Frame(frame);
            var now = new double[Bands];
            for (int band = 0; band < Bands; band++)
            {
                double energy = 0;
                for (int bin = edges[band]; bin < edges[band + 1]; bin++) energy += (double)magnitudes[bin] * magnitudes[bin];
                now[band] = Math.Log(1 + Compression * Math.Sqrt(energy));
                if (frame > 0) flux[frame] += Math.Max(0, now[band] - before[band]);
            }
            before = now;
        }
        return new(rate, Detrend(flux, (int)(rate / 2)));
    }

    // at least one bin a band, spaced evenly in the logarithm of frequency above the bins' own width
    private static int[] Edges(int rate, int size)
    {
        var edges = new int[Bands + 1];
        double top = Math.Min(11_000, rate / 2.0);
        for (int i = 0; i <= Bands; i++)
        {
            int bin = (int)Math.Round(LowestHertz * Math.Pow(top / LowestHertz, (double)i / Bands) * size / rate);
            edges[i] = i == 0 ? Math.Max(1, bin) : Math.Max(edges[i - 1] + 1, bin);
        }
        for (int i = Bands, last = size / 2 + 1; i > 0 && edges[i] > last; i--, last--) edges[i] = last;
        return edges;
    }

    private static double[] Detrend(double[] values, int half)
    {
        var sums = new double[values.Length + 1];
        for (int i = 0; i < values.Length; i++) sums[i + 1] = sums[i] + values[i];
        return [.. values.Select((value, i) =>
        {
            int from = Math.Max(0, i - half), to = Math.Min(values.Length, i + half + 1);
            return Math.Max(0, value - (sums[to] - sums[from]) / (to - from));
        })];
    }
}
