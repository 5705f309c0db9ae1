using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>A sound and what it should have been: one channel each, of one rate and length.</summary>
internal sealed class SoundPair
{
    /// <param name="reference">What it should have been.</param>
    /// <param name="estimate">What it is.</param>
    /// <exception cref="ArgumentException">They differ in rate or length, or have several channels.</exception>
    public SoundPair(AudioClip reference, AudioClip estimate)
    {
        if (
            reference.Channels != 1
            || estimate.Channels != 1
            || reference.SampleRate != estimate.SampleRate
            || reference.Frames != estimate.Frames
            || reference.Frames == 0
        )
            throw new ArgumentException("Two sounds are compared that have one channel, one rate and one length.", nameof(estimate));
        (Reference, Estimate) = (reference, estimate);
    }

    /// <summary>What it should have been.</summary>
    public AudioClip Reference { get; }

    /// <summary>What it is.</summary>
    public AudioClip Estimate { get; }

    /// <summary>Of both, Hz.</summary>
    public int SampleRate => Reference.SampleRate;
}
