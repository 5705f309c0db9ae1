namespace Melody.Autoencoder;

/// <summary>
/// Sound to latents and back, whichever network does it. Memory does not grow with the length but for what goes in and out.
/// </summary>
internal interface ISoundCodec
{
    /// <summary>Of the sound, Hz.</summary>
    int SampleRate { get; }

    /// <summary>Channels of the sound: 1 or 2.</summary>
    int Channels { get; }

    /// <summary>Samples of one channel in a latent frame.</summary>
    int HopLength { get; }

    /// <summary>Values in a latent frame.</summary>
    int LatentChannels { get; }

    /// <summary>Interleaved samples -> latents in [-1, 1], [ceil(samples of a channel / hop), latent channels] flat.</summary>
    float[] EncodeInterleaved(ReadOnlySpan<float> samples, CancellationToken cancellation = default);

    /// <summary>Latents, frame after frame, -> interleaved samples, a hop of each channel for every frame.</summary>
    float[] DecodeInterleaved(ReadOnlySpan<float> latents, CancellationToken cancellation = default);
}
