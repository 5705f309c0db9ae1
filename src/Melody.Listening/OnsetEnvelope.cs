using Melody.Audio;

namespace Melody.Listening;

/// <summary>
/// How strongly notes begin, 100 values a second: the rise of the <see cref="BandLevels"/> from frame to frame, summed
/// (spectral flux; Dixon, "Onset detection revisited", 2006), less its mean over a second around.
/// </summary>
/// <param name="Rate">Values a second, Hz.</param>
/// <param name="Values">0 or more; value m belongs to m / rate seconds.</param>
internal sealed record OnsetEnvelope(double Rate, double[] Values)
{
    /// <summary>Of a sound with one channel.</summary>
    public static OnsetEnvelope Of(AudioClip clip) => Of(BandLevels.Of(clip));

    /// <summary>Of its levels.</summary>
    public static OnsetEnvelope Of(BandLevels levels)
    {
        var flux = new double[levels.Values.Length];
        for (int frame = 1; frame < flux.Length; frame++)
        for (int band = 0; band < BandLevels.Bands; band++)
            flux[frame] += Math.Max(0, levels.Values[frame][band] - levels.Values[frame - 1][band]);
        return new(levels.Rate, Detrend(flux, (int)(levels.Rate / 2)));
    }

    /// <summary>How many onsets a second stand out: peaks above a quarter of the height that one frame in fifty surpasses.</summary>
    public double Density
    {
        get
        {
            if (Values.Length < 3)
                return 0;
            double height = 0.25 * Values.Order().ElementAt((int)(0.98 * (Values.Length - 1)));
            int peaks = Enumerable
                .Range(1, Values.Length - 2)
                .Count(i => Values[i] > Values[i - 1] && Values[i] >= Values[i + 1] && Values[i] > height);
            return peaks * Rate / Values.Length;
        }
    }

    private static double[] Detrend(double[] values, int half)
    {
        var sums = new double[values.Length + 1];
        for (int i = 0; i < values.Length; i++)
            sums[i + 1] = sums[i] + values[i];
        return
        [
            .. values.Select(
                (value, i) =>
                {
                    int from = Math.Max(0, i - half),
                        to = Math.Min(values.Length, i + half + 1);
                    return Math.Max(0, value - (sums[to] - sums[from]) / (to - from));
                }
            ),
        ];
    }
}
