using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Share of the samples that stand at full scale, |x| >= 0.999, in runs of at least two in one channel: a single peak
/// that touches full scale is not clipped.
/// </summary>
internal static class ClippingShare
{
    private const float FullScale = 0.999f;

    /// <summary>0..1; 0 for an empty clip.</summary>
    public static double Of(AudioClip clip)
    {
        long clipped = 0;
        var samples = clip.Samples;
        for (int channel = 0; channel < clip.Channels; channel++)
        {
            int run = 0;
            for (int at = channel; at < samples.Length; at += clip.Channels)
            {
                run = Math.Abs(samples[at]) >= FullScale ? run + 1 : 0;
                if (run >= 2)
                    clipped += run == 2 ? 2 : 1;
            }
        }
        return samples.Length == 0 ? 0 : (double)clipped / samples.Length;
    }
}
