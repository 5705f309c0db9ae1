using Melody.Audio;

namespace Melody.Listening;

/// <summary>
/// How strongly each semitone sounds, frame by frame: the peaks of long spectra (0.34 s), placed by parabolic interpolation
/// and corrected by the common detuning (harmonic pitch class profile; Gómez, "Tonal description of polyphonic audio",
/// 2006), as twice the root of their magnitude over the loudest one's, at most 0.9. What lies between two semitones counts less.
/// </summary>
/// <param name="Values">[frames][pitches], the first pitch is <see cref="Lowest"/>; a frame every <see cref="FrameSeconds"/>.</param>
internal sealed record PitchSpectrum(double[][] Values)
{
    /// <summary>MIDI key number of the first pitch, C1.</summary>
    public const int Lowest = 24;

    /// <summary>Pitches: seven octaves.</summary>
    public const int Pitches = 84;

    /// <summary>Seconds from frame to frame.</summary>
    public const double FrameSeconds = (double)Hop / SampleRate;

    private const int SampleRate = 12_000,
        FftSize = 4096,
        Hop = 2048;
    private const double FloorDecibels = -60,
        Gain = 2,
        Most = 0.9;

    /// <summary>Of a sound with one channel, at any rate.</summary>
    public static PitchSpectrum Of(AudioClip clip)
    {
        var spectrum = new FourierTransform(FftSize).Magnitudes(clip.Resample(SampleRate).Samples, Hop);
        float loudest = spectrum.Max(frame => frame.Max());
        var values = Enumerable.Range(0, spectrum.Length).Select(_ => new double[Pitches]).ToArray();
        if (loudest < 1e-6)
            return new(values);
        var peaks = Peaks(spectrum, loudest);
        double detuning = Detuning(peaks);
        foreach (var (frame, pitch, share) in peaks)
        {
            double note = pitch - detuning;
            int nearest = (int)Math.Round(note),
                place = nearest - Lowest;
            if (place is < 0 or >= Pitches)
                continue;
            double heard = Math.Min(Most, Gain * Math.Sqrt(share) * Math.Abs(Math.Cos(Math.PI * (note - nearest))));
            values[frame][place] = Math.Max(values[frame][place], heard);
        }
        return new(values);
    }

    /// <summary>The pitch classes of each frame, C first: the sum over the octaves.</summary>
    public static double[][] Fold(double[][] pitches) =>
        [
            .. pitches.Select(frame =>
            {
                var classes = new double[12];
                for (int p = 0; p < frame.Length; p++)
                    classes[(p + Lowest) % 12] += frame[p];
                return classes;
            }),
        ];

    /// <summary>How likely each pitch is the lowest of its frame, where the values are read as probabilities of sounding.</summary>
    public double[][] Bass() =>
        [
            .. Values.Select(frame =>
            {
                double noneBelow = 1;
                return frame
                    .Select(sounds =>
                    {
                        double lowest = noneBelow * sounds;
                        noneBelow *= 1 - sounds;
                        return lowest;
                    })
                    .ToArray();
            }),
        ];

    private static List<(int Frame, double Pitch, double Share)> Peaks(float[][] spectrum, float loudest)
    {
        var peaks = new List<(int Frame, double Pitch, double Share)>();
        double floor = loudest * Math.Pow(10, FloorDecibels / 20);
        for (int frame = 0; frame < spectrum.Length; frame++)
        {
            var m = spectrum[frame];
            for (int bin = 8; bin < m.Length - 1; bin++)
            {
                if (!(m[bin] > m[bin - 1] && m[bin] >= m[bin + 1] && m[bin] > floor))
                    continue;
                double left = Math.Log(m[bin - 1] + 1e-12),
                    centre = Math.Log(m[bin]),
                    right = Math.Log(m[bin + 1] + 1e-12);
                double offset = Math.Clamp((left - right) / (2 * (left - 2 * centre + right)), -0.5, 0.5);
                peaks.Add((frame, 69 + 12 * Math.Log2((bin + offset) * SampleRate / FftSize / 440), m[bin] / loudest));
            }
        }
        return peaks;
    }

    // mean distance from the tempered scale, semitones in (-0.5, 0.5], as an angle; of the middle of the keyboard
    private static double Detuning(List<(int Frame, double Pitch, double Share)> peaks)
    {
        double sine = 0,
            cosine = 0;
        foreach (var (_, pitch, share) in peaks.Where(p => p.Pitch is > 45 and < 96))
        {
            sine += Math.Sqrt(share) * Math.Sin(2 * Math.PI * pitch);
            cosine += Math.Sqrt(share) * Math.Cos(2 * Math.PI * pitch);
        }
        return Math.Atan2(sine, cosine) / (2 * Math.PI);
    }
}
