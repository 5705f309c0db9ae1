namespace Melody.Evaluation.Metrics;

/// <summary>
/// Mean absolute difference of log magnitudes, dB, averaged over the resolutions 2048, 1024, 512, 256 and 128 with hops of
/// a quarter: the log-magnitude term of Yamamoto, Song and Kim, "Parallel WaveGAN" (2020). Everything under -80 dB of a
/// full-scale sine counts as -80 dB, so that inaudible differences of near-silence do not outweigh the music.
/// </summary>
internal static class LogStftDistance
{
    private static readonly int[] Sizes = [2048, 1024, 512, 256, 128];

    /// <summary>0 for equal sounds; a gain of g dB on sound above the floor gives |g|.</summary>
    public static double Of(SoundPair pair) =>
        Sizes.Average(size =>
        {
            var a = Spectrogram.Of(pair.Reference.Samples, size, size / 4);
            var b = Spectrogram.Of(pair.Estimate.Samples, size, size / 4);
            double sum = 0;
            for (int i = 0; i < a.Values.Length; i++)
                sum += Math.Abs(Spectrogram.Decibels(a.Values[i]) - Spectrogram.Decibels(b.Values[i]));
            return sum / a.Values.Length;
        });
}
