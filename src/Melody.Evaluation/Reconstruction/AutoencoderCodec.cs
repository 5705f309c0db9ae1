using Melody.Audio;
using Melody.Autoencoder;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Evaluation.Reconstruction;

/// <summary>An audio autoencoder: sound to latents and back. The latents are real numbers, so there is no bit rate.</summary>
internal sealed class AutoencoderCodec(string name, ISoundCodec codec, ScalarType precision) : ICodec
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string? Unavailable => null;

    /// <inheritdoc/>
    public Rebuilt Rebuild(AudioClip clip, CancellationToken cancellation)
    {
        using var policy = ComputePrecision.Use(precision);
        var samples = codec.DecodeInterleaved(codec.EncodeInterleaved(clip.Samples, cancellation), cancellation);
        return new(AudioClip.Adopt(samples.AsSpan(0, clip.Samples.Length).ToArray(), clip.SampleRate, clip.Channels), null);
    }
}
