using System.Runtime.InteropServices;
using Melody.Audio;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// Sound of any length to latents and back in bounded native memory. The signal is cut at fixed places, and each piece
/// goes through the network together with as much of its surroundings as the network can see
/// (<see cref="AudioEncoder.ContextFrames"/>, <see cref="AudioDecoder.ContextFrames"/>), so no seam is left: a piece
/// comes out as it would from the whole, up to the rounding of floating point.
/// </summary>
internal sealed class LatentCodec : ISoundCodec
{
    private const double EncodedSeconds = 10,
        DecodedSeconds = 2,
        LevelFloor = 1e-4; // -80 dB of a sine of amplitude 1
    private const int LevelFftSize = 1024;

    private readonly AudioAutoencoder _autoencoder;
    private readonly Device _device;

    /// <param name="autoencoder">The network.</param>
    /// <param name="encodedFrames">Latent frames made at a time; ten seconds unless told.</param>
    /// <param name="decodedFrames">
    /// Latent frames decoded at a time; two seconds unless told: a stream waits for these, and its samples depend on them
    /// in the last bits.
    /// </param>
    public LatentCodec(AudioAutoencoder autoencoder, int? encodedFrames = null, int? decodedFrames = null)
    {
        _autoencoder = autoencoder;
        _device = autoencoder.parameters().First().device;
        EncodedFrames = encodedFrames ?? (int)Math.Ceiling(EncodedSeconds * autoencoder.LatentRate);
        DecodedFrames = decodedFrames ?? (int)Math.Ceiling(DecodedSeconds * autoencoder.LatentRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(EncodedFrames, 1, nameof(encodedFrames));
        ArgumentOutOfRangeException.ThrowIfLessThan(DecodedFrames, 1, nameof(decodedFrames));
    }

    /// <summary>Latent frames made at a time.</summary>
    public int EncodedFrames { get; }

    /// <summary>Latent frames decoded at a time.</summary>
    public int DecodedFrames { get; }

    /// <inheritdoc/>
    public int DecoderContext => _autoencoder.Decoder.ContextFrames;

    /// <inheritdoc/>
    public int LevelContext => DecoderContext + (int)_autoencoder.FramesOf(LevelFftSize / 2);

    /// <inheritdoc/>
    public int LevelHop => LevelFftSize / 4;

    /// <summary>Samples in a latent frame.</summary>
    public int HopLength => _autoencoder.HopLength;

    /// <summary>Values in a latent frame.</summary>
    public int LatentChannels => _autoencoder.LatentChannels;

    /// <inheritdoc/>
    public int SampleRate => _autoencoder.SampleRate;

    /// <inheritdoc/>
    public int Channels => 1;

    /// <inheritdoc/>
    public float[] EncodeInterleaved(ReadOnlySpan<float> samples, CancellationToken cancellation = default) =>
        Encode(samples, cancellation).Values.ToArray();

    /// <inheritdoc/>
    public float[] DecodeInterleaved(ReadOnlySpan<float> latents, CancellationToken cancellation = default) =>
        Decode(new AudioLatents(latents.ToArray(), LatentChannels, _autoencoder.LatentRate), cancellation);

    /// <summary>Mono samples at the network's rate -> ceil(samples / hop) frames.</summary>
    public AudioLatents Encode(ReadOnlySpan<float> samples, CancellationToken cancellation = default)
    {
        int hop = HopLength,
            channels = LatentChannels,
            context = _autoencoder.Encoder.ContextFrames;
        int frames = (int)_autoencoder.FramesOf(samples.Length);
        var values = new float[(long)frames * channels];
        for (int start = 0; start < frames; start += EncodedFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(start + EncodedFrames, frames);
            int from = Math.Max(start - context, 0),
                to = Math.Min(end + context, frames);
            var piece = samples[(from * hop)..Math.Min(to * hop, samples.Length)];
            EncodePiece(piece, start - from, values.AsSpan(start * channels, (end - start) * channels));
        }
        return new AudioLatents(values, channels, _autoencoder.LatentRate);
    }

    /// <summary>Latents -> frames * hop mono samples, the same samples that <see cref="OpenStream"/> gives.</summary>
    /// <exception cref="MelodyException">The latents are of another autoencoder.</exception>
    public float[] Decode(AudioLatents latents, CancellationToken cancellation = default)
    {
        var stream = OpenStream();
        stream.Push(latents);
        stream.Complete();
        var samples = new float[(long)latents.Frames * HopLength];
        for (int done = 0; done < samples.Length; )
        {
            cancellation.ThrowIfCancellationRequested();
            done += stream.Read(samples.AsSpan(done, Math.Min(DecodedFrames * HopLength, samples.Length - done)));
        }
        return samples;
    }

    /// <inheritdoc/>
    public Tensor DecodeLevels(Tensor latents)
    {
        var magnitudes = new Stft(LevelFftSize, LevelHop).Magnitude(_autoencoder.Decode(latents), floor: 0);
        return (magnitudes * (4.0 / LevelFftSize)).clamp_min(LevelFloor).log10() * 20;
    }

    /// <summary>A decoder that takes latents as they come.</summary>
    public StreamingLatentDecoder OpenStream() => new(this);

    ISoundStream ISoundCodec.OpenStream() => OpenStream();

    /// <summary>Decodes a run of frames and keeps the audio of some of them.</summary>
    /// <param name="latents">Whole frames.</param>
    /// <param name="skippedFrames">Frames of context before the audio that is kept.</param>
    /// <param name="samples">Receives the audio that follows.</param>
    /// <param name="memory">What is left of the pieces before.</param>
    public void DecodePiece(ReadOnlySpan<float> latents, int skippedFrames, Span<float> samples, DecoderMemory memory)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var input = tensor(latents.ToArray(), [1, latents.Length / LatentChannels, LatentChannels], device: _device);
        CopyTo(_autoencoder.Decoder.DecodePiece(input, skippedFrames, samples.Length / HopLength, memory), samples);
    }

    private void EncodePiece(ReadOnlySpan<float> samples, int skippedFrames, Span<float> latents)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var input = tensor(samples.ToArray(), [1, samples.Length], device: _device);
        CopyTo(_autoencoder.EncodeLatents(input).narrow(1, skippedFrames, latents.Length / LatentChannels), latents);
    }

    private static void CopyTo(Tensor tensor, Span<float> destination) =>
        MemoryMarshal.Cast<byte, float>(tensor.cpu().contiguous().bytes).CopyTo(destination);
}
