using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Whether the joints of a continued piece can be told from the rest: the spectral flux (mean absolute change of log
/// magnitudes from frame to frame, dB) at the borders against the flux elsewhere. At a border it is the largest within
/// <see cref="Reach"/> frames; elsewhere it is the median of the same largest values, so that sound without seams reads
/// about 1. Frames of 1024 samples every 256.
/// </summary>
internal static class SeamStrength
{
    private const int FftSize = 1024, Hop = 256, Reach = 3;

    /// <summary>Mean ratio over the borders, 0 or more; NaN when a border lies outside or nothing moves elsewhere.</summary>
    /// <param name="clip">One channel.</param>
    /// <param name="borders">Samples at which a new part begins.</param>
    public static double Of(AudioClip clip, IReadOnlyList<int> borders)
    {
        var spectrum = Spectrogram.Of(clip.Samples, FftSize, Hop);
        var flux = new double[spectrum.Frames];
        for (int frame = 1; frame < spectrum.Frames; frame++)
        {
            ReadOnlySpan<float> now = spectrum.Frame(frame), before = spectrum.Frame(frame - 1);
            for (int bin = 0; bin < now.Length; bin++) flux[frame] += Math.Abs(Spectrogram.Decibels(now[bin]) - Spectrogram.Decibels(before[bin])) / now.Length;
        }
        var centres = borders.Select(sample => (int)Math.Round((double)sample / Hop)).ToList();
        if (centres.Count == 0 || centres.Any(c => c < Reach || c >= flux.Length - Reach)) return double.NaN;
        var elsewhere = Enumerable.Range(Reach, Math.Max(0, flux.Length - 2 * Reach))
            .Where(frame => centres.All(c => Math.Abs(c - frame) > 2 * Reach)).Select(Largest).Order().ToList();
        if (elsewhere.Count == 0 || elsewhere[elsewhere.Count / 2] == 0) return double.NaN;
        return centres.Average(Largest) / elsewhere[elsewhere.Count / 2];

        double Largest(int frame) => Enumerable.Range(frame - Reach, 2 * Reach + 1).Max(i => flux[i]);
    }
}
