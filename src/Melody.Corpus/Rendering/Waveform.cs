namespace Melody.Corpus.Rendering;

/// <summary>Sound while it is being made: one array of samples a channel (1 or 2), all of one length.</summary>
internal sealed record Waveform(float[][] Channels, int SampleRate)
{
    /// <summary>Samples in each channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>Duration in seconds.</summary>
    public double Seconds => (double)Length / SampleRate;
}
