using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>Share of a sound's blocks of 50 ms whose root mean square over all channels is under -60 dBFS.</summary>
internal static class SilenceShare
{
    private const double Threshold = 1e-3,
        BlockSeconds = 0.05;

    /// <summary>0..1; the last block may be shorter. 1 for an empty clip.</summary>
    public static double Of(AudioClip clip)
    {
        int block = Math.Max(1, (int)Math.Round(BlockSeconds * clip.SampleRate)) * clip.Channels;
        int blocks = 0,
            silent = 0;
        for (int start = 0; start < clip.Samples.Length; start += block, blocks++)
        {
            double energy = 0;
            var samples = clip.Samples.Slice(start, Math.Min(block, clip.Samples.Length - start));
            foreach (float sample in samples)
                energy += (double)sample * sample;
            if (energy < Threshold * Threshold * samples.Length)
                silent++;
        }
        return blocks == 0 ? 1 : (double)silent / blocks;
    }
}
