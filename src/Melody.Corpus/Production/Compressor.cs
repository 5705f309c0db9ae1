namespace Melody.Corpus.Production;

/// <summary>
/// A feed-forward compressor with a soft knee whose gain is smoothed in dB (Giannoulis, Massberg and Reiss, "Digital
/// dynamic range compressor design", JAES 2012). Both channels share one gain. The level is the loudest RMS over blocks
/// of 1 ms, so the gain moves in straight lines from block to block.
/// </summary>
internal static class Compressor
{
    private const double KneeDecibels = 6,
        AttackSeconds = 0.008,
        ReleaseSeconds = 0.15;

    /// <summary>Compresses in place.</summary>
    /// <param name="channels">The sound.</param>
    /// <param name="rate">Sample rate, Hz.</param>
    /// <param name="threshold">dBFS.</param>
    /// <param name="ratio">Input dB for one output dB above the threshold.</param>
    public static void Process(float[][] channels, int rate, double threshold, double ratio)
    {
        int block = Math.Max(1, rate / 1000);
        var (attack, release) = (Smoothing(AttackSeconds, rate, block), Smoothing(ReleaseSeconds, rate, block));
        double smooth = 0;
        float last = 1f;
        for (int start = 0; start < channels[0].Length; start += block)
        {
            int count = Math.Min(block, channels[0].Length - start);
            double power = channels.Max(channel => Power(channel.AsSpan(start, count)));
            double wanted = Gain(10 * Math.Log10(power + 1e-12), threshold, ratio);
            smooth = wanted + (wanted < smooth ? attack : release) * (smooth - wanted);
            float next = (float)Math.Pow(10, smooth / 20);
            float step = (next - last) / count;
            foreach (float[] channel in channels)
                for (int i = 0; i < count; i++)
                    channel[start + i] *= last + step * (i + 1);
            last = next;
        }
    }

    /// <summary>The static curve: gain in dB (0 or less) for a level in dBFS.</summary>
    public static double Gain(double level, double threshold, double ratio)
    {
        double over = level - threshold;
        double slope = 1 / ratio - 1;
        return over <= -KneeDecibels / 2 ? 0
            : over >= KneeDecibels / 2 ? slope * over
            : slope * (over + KneeDecibels / 2) * (over + KneeDecibels / 2) / (2 * KneeDecibels);
    }

    private static double Smoothing(double seconds, int rate, int block) => Math.Exp(-block / (seconds * rate));

    private static double Power(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        return sum / samples.Length;
    }
}
