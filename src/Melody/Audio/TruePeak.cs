using System.Runtime.Intrinsics;

namespace Melody.Audio;

/// <summary>
/// Peaks between the samples, as ITU-R BS.1770-4 annex 2 asks: the waveform is interpolated at four times its rate, by a
/// Kaiser-windowed sinc of 32 taps a phase.
/// </summary>
internal static class TruePeak
{
    /// <summary>Samples before and after a position that its interpolation looks at (one fewer before).</summary>
    public const int Reach = 16;

    private const int Phases = 4,
        Taps = 2 * Reach;
    private const double Beta = 8;

    private static readonly Vector128<float>[] Table = Design();

    /// <summary>
    /// The largest magnitude at times 0, 1/4, 1/2 and 3/4 after sample <paramref name="frame"/> in any channel.
    /// </summary>
    /// <param name="interleaved">Frames from <paramref name="frame"/> - 15 to <paramref name="frame"/> + 16 at least.</param>
    /// <param name="frame">Index of the frame.</param>
    /// <param name="channels">Interleaved channels.</param>
    public static float After(ReadOnlySpan<float> interleaved, int frame, int channels)
    {
        var largest = Vector128<float>.Zero;
        for (int c = 0; c < channels; c++)
        {
            var window = interleaved.Slice((frame - Reach + 1) * channels + c, (Taps - 1) * channels + 1);
            var values = Vector128<float>.Zero;
            for (int j = 0, at = 0; j < Taps; j++, at += channels)
                values += Table[j] * window[at];
            largest = Vector128.Max(largest, Vector128.Abs(values));
        }
        return Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3]));
    }

    /// <summary>True peak of a clip, dBTP; negative infinity for silence.</summary>
    public static double Of(AudioClip clip)
    {
        int margin = Reach * clip.Channels;
        var padded = new float[clip.Samples.Length + 2 * margin];
        clip.Samples.CopyTo(padded.AsSpan(margin));
        float peak = 0;
        for (int frame = Reach - 1; frame < clip.Frames + Reach; frame++)
            peak = Math.Max(peak, After(padded, frame, clip.Channels));
        return 20 * Math.Log10(peak);
    }

    // The four phases of each tap; each phase sums to one, and the first is the sample itself.
    private static Vector128<float>[] Design()
    {
        var table = new float[Taps, Phases];
        table[Reach - 1, 0] = 1;
        for (int phase = 1; phase < Phases; phase++)
        {
            var row = new double[Taps];
            for (int j = 0; j < Taps; j++)
            {
                double t = (double)phase / Phases + Reach - 1 - j;
                row[j] = Math.Sin(Math.PI * t) / (Math.PI * t) * Kaiser.Window(t / Reach, Beta);
            }
            double sum = row.Sum();
            for (int j = 0; j < Taps; j++)
                table[j, phase] = (float)(row[j] / sum);
        }
        return [.. Enumerable.Range(0, Taps).Select(j => Vector128.Create(table[j, 0], table[j, 1], table[j, 2], table[j, 3]))];
    }
}
