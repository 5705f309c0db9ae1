namespace Melody.Generation;

/// <summary>
/// Makes a new part as loud as what is around it: at each seam the mean square of the moments after it becomes that of the moments
/// before it, and between two seams the gain changes evenly in decibels.
/// </summary>
internal static class LevelMatch
{
    /// <summary>How much of the new part tells its level.</summary>
    public const double ReachSeconds = 3;

    private const double LargestDecibels = 30;

    /// <summary>Changes a take in place; outside of the new part it stays but for the crossfades.</summary>
    /// <param name="take">Sound of the new part and of some moments around it.</param>
    /// <param name="takeStart">Where the take begins in the piece, samples.</param>
    /// <param name="known">The piece without the new part.</param>
    /// <param name="start">Where the new part begins.</param>
    /// <param name="end">Where it ends; known samples may follow.</param>
    /// <param name="fade">Samples of a crossfade.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="channels">Samples in a frame; all other numbers count frames.</param>
    /// <returns>The gain at the end of the new part.</returns>
    public static float Apply(
        Span<float> take,
        long takeStart,
        ReadOnlySpan<float> known,
        long start,
        long end,
        int fade,
        int sampleRate,
        int channels = 1
    )
    {
        int reach = (int)(ReachSeconds * sampleRate),
            length = take.Length / channels;
        int first = (int)(start - takeStart),
            behind = (int)Math.Min(end - takeStart, length),
            near = Math.Min(reach, behind - first);
        var left = Gain(Part(known, start - reach, start, channels), take.Slice(first * channels, near * channels));
        var right =
            end < known.Length / channels
                ? Gain(Part(known, end, end + reach, channels), take.Slice((behind - near) * channels, near * channels))
                : null;
        double atStart = left ?? right ?? 0,
            atEnd = right ?? atStart;
        for (int i = 0; i < length; i++)
        {
            double decibels =
                i < first ? atStart * Math.Max(0, 1 - (first - i) / (fade + 1.0))
                : i < behind ? atStart + (atEnd - atStart) * (i - first) / (behind - first)
                : atEnd * Math.Max(0, 1 - (i - behind + 1) / (fade + 1.0));
            Scale(take.Slice(i * channels, channels), Linear(decibels));
        }
        return Linear(atEnd);
    }

    /// <summary>Multiplies samples, in place.</summary>
    public static void Scale(Span<float> samples, float gain)
    {
        foreach (ref float sample in samples)
            sample *= gain;
    }

    private static float Linear(double decibels) => (float)Math.Pow(10, decibels / 20);

    private static ReadOnlySpan<float> Part(ReadOnlySpan<float> samples, long from, long to, int channels) =>
        samples[(int)Math.Clamp(from * channels, 0, samples.Length)..(int)Math.Clamp(to * channels, 0, samples.Length)];

    // decibels from one level to another; null where one of them is silence
    private static double? Gain(ReadOnlySpan<float> wanted, ReadOnlySpan<float> made)
    {
        double ratio = MeanSquare(wanted) / MeanSquare(made);
        return ratio is > 0 and < double.PositiveInfinity ? Math.Clamp(10 * Math.Log10(ratio), -LargestDecibels, LargestDecibels) : null;
    }

    private static double MeanSquare(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        return sum / samples.Length;
    }
}
