namespace Melody.Generation;

/// <summary>Joins two takes of one piece without a click.</summary>
internal static class Splice
{
    /// <summary>Length of the crossfade, seconds.</summary>
    public const double FadeSeconds = 0.03;

    /// <summary>
    /// Writes <paramref name="take"/> over <paramref name="samples"/> from <paramref name="start"/> on, fading in before it
    /// and, where samples follow, fading out behind it: inside the range the take is heard alone.
    /// </summary>
    /// <param name="samples">The piece, changed in place.</param>
    /// <param name="take">
    /// A whole other version of the piece, or at least of its part around the range; index 0 is sample <paramref name="takeStart"/>.
    /// </param>
    /// <param name="takeStart">Where the take begins in the piece.</param>
    /// <param name="start">First sample that is replaced entirely.</param>
    /// <param name="end">Behind the last sample that is replaced entirely.</param>
    /// <param name="fade">Samples of each crossfade.</param>
    /// <param name="channels">Samples in a frame; all other numbers count frames.</param>
    public static void Over(Span<float> samples, ReadOnlySpan<float> take, long takeStart, long start, long end, int fade, int channels = 1)
    {
        long from = Math.Max(Math.Max(0, takeStart), start - fade),
            to = Math.Min(Math.Min(samples.Length / channels, takeStart + take.Length / channels), end + fade);
        for (long i = from; i < to; i++)
        {
            // raised cosine: the two weights add up to one, as both takes are nearly the same sound there
            double distance =
                i < start ? (start - i) / (double)(fade + 1)
                : i >= end ? (i - end + 1) / (double)(fade + 1)
                : 0;
            float weight = (float)(0.5 + 0.5 * Math.Cos(Math.PI * distance));
            var known = samples.Slice((int)i * channels, channels);
            var made = take.Slice((int)(i - takeStart) * channels, channels);
            for (int channel = 0; channel < channels; channel++)
                known[channel] += weight * (made[channel] - known[channel]);
        }
    }
}
