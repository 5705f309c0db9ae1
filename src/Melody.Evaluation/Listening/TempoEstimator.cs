using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>A tempo that was heard.</summary>
/// <param name="Bpm">Beats a minute; NaN where nothing repeats.</param>
/// <param name="Strength">Autocorrelation of the onsets at one beat, at most 1: under about 0.1 the pulse is hardly there.</param>
internal sealed record TempoEstimate(double Bpm, double Strength);

/// <summary>
/// The tempo of a sound: the beat length whose multiples fit the autocorrelation of the <see cref="OnsetEnvelope"/> best
/// (a comb of four teeth, as in Scheirer, 1998, and Klapuri et al., 2006), weighted by how likely people call it the beat:
/// a bell over the logarithm of tempo around 110 bpm (Ellis, "Beat tracking by dynamic programming", 2007).
/// </summary>
internal static class TempoEstimator
{
    private const double Slowest = 40, Fastest = 240, Step = 0.0025;
    private const double PriorCentre = 110, PriorOctaves = 0.8;
    private const int Teeth = 4;

    /// <summary>Of a sound with one channel; a few seconds at least.</summary>
    public static TempoEstimate Estimate(AudioClip clip) => Estimate(OnsetEnvelope.Of(clip));

    /// <summary>Of its onsets.</summary>
    public static TempoEstimate Estimate(OnsetEnvelope onsets)
    {
        var correlation = Autocorrelation(onsets.Values);
        if (correlation.Length == 0) return new(double.NaN, 0);
        var (best, score) = (double.NaN, 0.0);
        for (double bpm = Slowest; bpm <= Fastest; bpm *= 1 + Step)
        {
            double fit = Comb(correlation, 60 * onsets.Rate / bpm) * Prior(bpm);
            if (fit > score) (best, score) = (bpm, fit);
        }
        return double.IsNaN(best) ? new(best, 0) : new(best, At(correlation, 60 * onsets.Rate / best));
    }

    // mean correlation at 1 .. 4 beats, as far as they are heard at least twice
    private static double Comb(double[] correlation, double lag)
    {
        double sum = 0, weights = 0;
        for (int tooth = 1; tooth <= Teeth && tooth * lag < correlation.Length - 2; tooth++)
        {
            sum += At(correlation, tooth * lag);
            weights++;
        }
        return weights == 0 ? 0 : sum / weights;
    }

    private static double Prior(double bpm)
    {
        double octaves = Math.Log2(bpm / PriorCentre) / PriorOctaves;
        return Math.Exp(-octaves * octaves / 2);
    }

    private static double At(double[] values, double position)
    {
        int low = (int)position;
        return low + 1 >= values.Length ? 0 : values[low] + (position - low) * (values[low + 1] - values[low]);
    }

    // unbiased, of the zero-mean envelope smoothed over 50 ms, 1 at lag 0; lags up to two thirds of the sound
    private static double[] Autocorrelation(double[] envelope)
    {
        double[] kernel = [0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25];
        int count = envelope.Length;
        var smooth = new double[count];
        for (int i = 0; i < count; i++)
            for (int j = 0; j < kernel.Length; j++)
                if (i + j - 3 >= 0 && i + j - 3 < count) smooth[i] += kernel[j] * envelope[i + j - 3];
        double mean = smooth.DefaultIfEmpty(0).Average();
        for (int i = 0; i < count; i++) smooth[i] -= mean;
        double energy = smooth.Sum(v => v * v) / Math.Max(1, count);
        if (energy < 1e-9) return [];
        var result = new double[count * 2 / 3];
        for (int lag = 0; lag < result.Length; lag++)
        {
            double sum = 0;
            for (int i = lag; i < count; i++) sum += smooth[i] * smooth[i - lag];
            result[lag] = sum / (count - lag) / energy;
        }
        return result;
    }
}
