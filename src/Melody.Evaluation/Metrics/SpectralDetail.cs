using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// How cleanly tones stand apart. Sound that a model has blurred has valleys between its partials that are filled with noise, and
/// false partials in them; both figures are to be read beside those of music itself.
/// </summary>
/// <param name="Partials">Partials in a frame, of the frames that have two at least; 0 where no frame has.</param>
/// <param name="ValleyDecibels">How far the spectrum falls between neighbouring partials, below the weaker of the two, dB.</param>
internal readonly record struct SpectralDetail(double Partials, double ValleyDecibels)
{
    private const int FftSize = 2048,
        Hop = 512;
    private const double HighestHertz = 8000;

    // a partial is the highest of the five bins around it, stands this far above the median of the 25 around it,
    // and is at most so far below the strongest of its frame, which is not silence
    private const int Reach = 2,
        MedianReach = 12;
    private const double Prominence = 10,
        Range = 50,
        Quietest = -50;

    // nearer partials overlap under the window
    private const int LeastDistance = 6;

    /// <summary>Of one channel at any rate.</summary>
    public static SpectralDetail Of(AudioClip mono)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var stft = new Stft(FftSize, Hop);
        var magnitude = stft.Magnitude(tensor(mono.Samples.ToArray(), [1, mono.Frames]), 1e-7).squeeze(0).t().contiguous();
        long frames = magnitude.shape[0];
        int bins = Math.Min(stft.Bins, (int)(HighestHertz * FftSize / mono.SampleRate) + 1);
        // a full-scale sine reads 0 dB
        var decibels = (magnitude.narrow(1, 0, bins).log10() * 20 - 20 * Math.Log10(FftSize / 4.0)).contiguous().data<float>().ToArray();
        double partials = 0,
            depth = 0;
        long counted = 0,
            valleys = 0;
        for (int frame = 0; frame < frames; frame++)
        {
            var spectrum = decibels.AsSpan(frame * bins, bins);
            var peaks = Peaks(spectrum);
            if (peaks.Count < 2)
                continue;
            (counted, partials) = (counted + 1, partials + peaks.Count);
            for (int i = 1; i < peaks.Count; i++)
            {
                if (peaks[i] - peaks[i - 1] < LeastDistance)
                    continue;
                float lowest = float.MaxValue;
                foreach (float level in spectrum[peaks[i - 1]..peaks[i]])
                    lowest = Math.Min(lowest, level);
                depth += Math.Min(spectrum[peaks[i - 1]], spectrum[peaks[i]]) - lowest;
                valleys++;
            }
        }
        return new(counted == 0 ? 0 : partials / counted, valleys == 0 ? 0 : depth / valleys);
    }

    private static List<int> Peaks(ReadOnlySpan<float> spectrum)
    {
        float strongest = float.MinValue;
        foreach (float level in spectrum)
            strongest = Math.Max(strongest, level);
        var peaks = new List<int>();
        if (strongest < Quietest)
            return peaks;
        for (int k = Reach; k < spectrum.Length - Reach; k++)
        {
            float level = spectrum[k];
            if (level < strongest - Range || !IsHighest(spectrum, k))
                continue;
            float[] around = [.. spectrum[Math.Max(0, k - MedianReach)..Math.Min(spectrum.Length, k + MedianReach + 1)]];
            Array.Sort(around);
            if (level - around[around.Length / 2] >= Prominence)
                peaks.Add(k);
        }
        return peaks;
    }

    private static bool IsHighest(ReadOnlySpan<float> spectrum, int at)
    {
        for (int offset = 1; offset <= Reach; offset++)
            if (spectrum[at] <= spectrum[at - offset] || spectrum[at] < spectrum[at + offset])
                return false;
        return true;
    }
}
