using static TorchSharp.torch;

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

    /// <summary>Latent frames on either side of a piece that change its sound.</summary>
    int DecoderContext { get; }

    /// <summary>Latent frames on either side of a frame that change its <see cref="DecodeLevels"/>.</summary>
    int LevelContext { get; }

    /// <summary>Samples of one channel between two spectra of <see cref="DecodeLevels"/>.</summary>
    int LevelHop { get; }

    /// <summary>Latent frames in a second.</summary>
    double LatentRate => (double)SampleRate / HopLength;

    /// <summary>Interleaved samples -> latents in [-1, 1], [ceil(samples of a channel / hop), latent channels] flat.</summary>
    float[] EncodeInterleaved(ReadOnlySpan<float> samples, CancellationToken cancellation = default);

    /// <summary>Latents, frame after frame, -> interleaved samples, a hop of each channel for every frame.</summary>
    float[] DecodeInterleaved(ReadOnlySpan<float> latents, CancellationToken cancellation = default);

    /// <summary>Latents [batch, frames, D] -> levels of short-time spectra of their sound, dB, [batch, bins, spectra].</summary>
    Tensor DecodeLevels(Tensor latents);

    /// <summary>A decoder that takes latents as they come.</summary>
    ISoundStream OpenStream();
}
