using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>
/// Share of a sound's energy that is percussive: spectra of 1024 samples every 256 are split by two medians, along time for
/// what lasts and along frequency for what strikes (Fitzgerald, "Harmonic/percussive separation using median filtering",
/// 2010), with soft masks; every other frame is counted. Drums put it up; so do plucked strings, less.
/// </summary>
internal static class PercussiveShare
{
    private const int FftSize = 1024, Hop = 256, TimeReach = 8, BinReach = 8, Stride = 2;

    /// <summary>0..1, above <paramref name="lowestHertz"/>; NaN for silence.</summary>
    public static double Of(AudioClip clip, double lowestHertz = 0)
    {
        var spectrum = Spectrogram.Of(clip.Samples, FftSize, Hop);
        int first = (int)Math.Round(lowestHertz * FftSize / clip.SampleRate);
        double percussive = 0, total = 0;
        var window = new float[2 * Math.Max(TimeReach, BinReach) + 1];
        for (int frame = 0; frame < spectrum.Frames; frame += Stride)
            for (int bin = first; bin < spectrum.Bins; bin++)
            {
                int count = 0;
                for (int i = Math.Max(0, frame - TimeReach); i <= Math.Min(spectrum.Frames - 1, frame + TimeReach); i++) window[count++] = spectrum.Values[i * spectrum.Bins + bin];
                double lasting = Median(window.AsSpan(0, count));
                count = 0;
                for (int i = Math.Max(0, bin - BinReach); i <= Math.Min(spectrum.Bins - 1, bin + BinReach); i++) window[count++] = spectrum.Values[frame * spectrum.Bins + i];
                double striking = Median(window.AsSpan(0, count));
                double energy = Math.Pow(spectrum.Values[frame * spectrum.Bins + bin], 2), both = lasting * lasting + striking * striking;
                total += energy;
                if (both > 0) percussive += energy * striking * striking / both;
            }
        return total < 1e-12 ? double.NaN : percussive / total;
    }

    private static float Median(Span<float> values)
    {
        values.Sort();
        return values[values.Length / 2];
    }
}
