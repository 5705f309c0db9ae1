using Melody.Audio;
using Melody.Autoencoder;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Evaluation.Reconstruction;

/// <summary>An audio autoencoder: sound to latents and back. The latents are real numbers, so there is no bit rate.</summary>
internal sealed class AutoencoderCodec(string name, AudioAutoencoder autoencoder, ScalarType precision) : ICodec
{
    private readonly LatentCodec _codec = new(autoencoder);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string? Unavailable => null;

    /// <inheritdoc/>
    public Rebuilt Rebuild(AudioClip clip, CancellationToken cancellation)
    {
        using var policy = ComputePrecision.Use(precision);
        var samples = _codec.Decode(_codec.Encode(clip.Samples, cancellation), cancellation);
        return new(AudioClip.Adopt(samples.AsSpan(0, clip.Frames).ToArray(), clip.SampleRate), null);
    }
}
