using Melody.Audio;

namespace Melody.Corpus.Rendering;

/// <summary>Sound while it is being made: one array of samples a channel (1 or 2), all of one length.</summary>
internal sealed record Waveform(float[][] Channels, int SampleRate)
{
    /// <summary>Samples in each channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>Duration in seconds.</summary>
    public double Seconds => (double)Length / SampleRate;

    /// <summary>All samples, interleaved, in <paramref name="frames"/> frames: silence fills up what is missing.</summary>
    public float[] Interleave(int frames)
    {
        float[] samples = new float[frames * Channels.Length];
        for (int c = 0; c < Channels.Length; c++)
        for (int n = 0; n < Math.Min(frames, Length); n++)
            samples[n * Channels.Length + c] = Channels[c][n];
        return samples;
    }

    /// <summary>The sound as a clip.</summary>
    public AudioClip ToClip() => AudioClip.Adopt(Interleave(Length), SampleRate, Channels.Length);
}
