using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// How far sound spreads between two loudspeakers, and what one loudspeaker loses of it. With the middle (left + right) / 2 and the side
/// (left - right) / 2; energies are sums over the whole clip, and no figure goes beyond <see cref="Limit"/>.
/// </summary>
/// <param name="Width">Energy of the side over that of the middle, dB: -60 for mono, 0 for unrelated channels.</param>
/// <param name="Correlation">Of the channels, -1 to 1; NaN where one of them is silent.</param>
/// <param name="MonoLoss">
/// What the sum of both channels loses of their energy, dB: 0 for mono, 3 for unrelated channels or a single one, 60 for opposite ones.
/// </param>
/// <param name="WorstBandLoss">
/// The most that a band loses, dB, of the 24 of <see cref="StereoBands"/> that are at most 50 dB below the strongest.
/// </param>
internal sealed record StereoImage(double Width, double Correlation, double MonoLoss, double WorstBandLoss)
{
    /// <summary>The largest figure in decibels.</summary>
    public const double Limit = 60;

    private const int FftSize = 2048,
        Hop = 1024;
    private const double Quietest = 1e-5;

    /// <summary>Of a clip of two channels or more; null for one channel and for silence.</summary>
    public static StereoImage? Of(AudioClip clip)
    {
        if (clip.Channels == 1)
            return null;
        var channels = FoldedSound.Channels(StereoMixdown.Of(clip));
        var (left, right) = (channels[0], channels[1]);
        var energies = ChannelEnergies.Of(left, right);
        double both = energies.First + energies.Second,
            cross = energies.Cross;
        if (both == 0)
            return null;
        return new(
            Decibels(both - 2 * cross, both + 2 * cross),
            energies.Correlation,
            Decibels(2 * both, both + 2 * cross),
            WorstBand(left, right, clip.SampleRate)
        );
    }

    private static double WorstBand(float[] left, float[] right, int sampleRate)
    {
        var bands = new StereoBands(sampleRate, FftSize).OfBin;
        float[] sum = [.. left.Zip(right, (a, b) => a + b)];
        double[] both = [.. Energies(left, bands).Zip(Energies(right, bands), (a, b) => a + b)],
            mono = Energies(sum, bands);
        double strongest = both.Max();
        return Enumerable
            .Range(0, StereoBands.Count)
            .Where(band => both[band] > 0 && both[band] >= Quietest * strongest)
            .Select(band => Decibels(2 * both[band], mono[band]))
            .DefaultIfEmpty(0)
            .Max();
    }

    private static double[] Energies(float[] samples, IReadOnlyList<int> bands)
    {
        var spectrum = Spectrogram.Of(samples, FftSize, Hop);
        var energies = new double[StereoBands.Count];
        for (int frame = 0; frame < spectrum.Frames; frame++)
        {
            var magnitudes = spectrum.Frame(frame);
            for (int bin = 0; bin < magnitudes.Length; bin++)
                energies[bands[bin]] += (double)magnitudes[bin] * magnitudes[bin];
        }
        return energies;
    }

    private static double Decibels(double energy, double of) =>
        Math.Clamp(10 * Math.Log10(Math.Max(energy, 0) / Math.Max(of, double.Epsilon)), -Limit, Limit);
}
