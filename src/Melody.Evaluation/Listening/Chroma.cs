using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>
/// How much of each pitch class a sound holds: the peaks of long spectra between 60 Hz and 2 kHz, placed by parabolic
/// interpolation and corrected by the common detuning, each counted for the note whose harmonic it may be with weight
/// 0.6^(h - 1) (harmonic pitch class profile; Gómez, "Tonal description of polyphonic audio", 2006).
/// </summary>
internal static class Chroma
{
    private const double LowestHertz = 60, HighestHertz = 2000, HarmonicDecay = 0.6, FloorDecibels = -50;
    private const int Harmonics = 4;

    /// <summary>Twelve weights that sum to 1, C first; all zero for silence.</summary>
    public static double[] Of(AudioClip clip)
    {
        int size = 1;
        while (size < clip.SampleRate * 0.3) size *= 2;
        var spectrum = Spectrogram.Of(clip.Samples, size, size / 4);
        var peaks = new List<(double Pitch, double Weight)>();
        float loudest = spectrum.Values.DefaultIfEmpty(0).Max();
        int first = Math.Max(2, (int)(LowestHertz * size / clip.SampleRate)), last = Math.Min(spectrum.Bins - 2, (int)(HighestHertz * size / clip.SampleRate));
        double floor = loudest * Math.Pow(10, FloorDecibels / 20);
        for (int frame = 0; frame < spectrum.Frames; frame++)
        {
            var m = spectrum.Frame(frame);
            var found = new List<(double Pitch, double Weight)>();
            for (int bin = first; bin <= last; bin++)
            {
                if (!(m[bin] > m[bin - 1] && m[bin] >= m[bin + 1] && m[bin] > floor)) continue;
                double left = Math.Log(m[bin - 1] + 1e-12), centre = Math.Log(m[bin]), right = Math.Log(m[bin + 1] + 1e-12);
                double offset = (left - right) / (2 * (left - 2 * centre + right));
                double hertz = (bin + Math.Clamp(offset, -0.5, 0.5)) * clip.SampleRate / size;
                found.Add((69 + 12 * Math.Log2(hertz / 440), Math.Sqrt(m[bin] / loudest)));
            }
            peaks.AddRange(found);
        }
        return Fold(peaks, Detuning(peaks));
    }

    private static double[] Fold(List<(double Pitch, double Weight)> peaks, double detuning)
    {
        var chroma = new double[12];
        foreach (var (pitch, weight) in peaks)
        {
            double share = weight;
            for (int harmonic = 1; harmonic <= Harmonics; harmonic++, share *= HarmonicDecay)
            {
                double note = pitch - detuning - 12 * Math.Log2(harmonic);
                double distance = note - Math.Round(note);
                // a peak between two semitones says little
                chroma[((int)Math.Round(note) % 12 + 12) % 12] += share * Math.Pow(Math.Cos(Math.PI * distance), 2);
            }
        }
        double sum = chroma.Sum();
        if (sum > 0) for (int i = 0; i < 12; i++) chroma[i] /= sum;
        return chroma;
    }

    // mean distance from the tempered scale, semitones in (-0.5, 0.5], as an angle
    private static double Detuning(List<(double Pitch, double Weight)> peaks)
    {
        double sine = 0, cosine = 0;
        foreach (var (pitch, weight) in peaks)
        {
            sine += weight * Math.Sin(2 * Math.PI * pitch);
            cosine += weight * Math.Cos(2 * Math.PI * pitch);
        }
        return Math.Atan2(sine, cosine) / (2 * Math.PI);
    }
}
