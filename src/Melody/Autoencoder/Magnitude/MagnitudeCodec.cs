using Melody.PhaseRetrieval;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// Stereo sound of any length to the latents of a <see cref="MagnitudeAutoencoder"/> and back, in bounded native memory. Each
/// piece goes through the network together with as much of its surroundings as the network can see, so no seam is left.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="synthesis">Corrections of the synthesis; the usual ones when not given.</param>
/// <param name="decodedFrames">Latent frames decoded at a time; two seconds unless told: a stream waits for these.</param>
internal sealed class MagnitudeCodec(MagnitudeAutoencoder network, SynthesisOptions? synthesis = null, int? decodedFrames = null)
    : ISoundCodec
{
    private const int PieceFrames = 500;
    private const double DecodedSeconds = 2,
        LevelFloor = -80; // dB, of a sine of amplitude 1

    private readonly MagnitudeAutoencoderConfig _config = network.Config;
    private readonly ShortTimeGrid _grid = new(network.Config.FftSize, network.Config.HopLength);

    private int HalfKernel => _config.Kernel / 2;

    private int EncoderContext => _config.EncoderLayers * HalfKernel + 2; // and the smoothing of stereo figures over three frames

    /// <inheritdoc/>
    public int SampleRate => _config.SampleRate;

    /// <inheritdoc/>
    public int Channels => 2;

    /// <inheritdoc/>
    public int HopLength => _config.SamplesPerLatent;

    /// <inheritdoc/>
    public int LatentChannels => _config.LatentChannels;

    /// <inheritdoc/>
    public int DecoderContext => (_config.DecoderLayers + 1) * HalfKernel + (_config.FineLayers * HalfKernel / _config.FramesPerLatent) + 1;

    /// <inheritdoc/>
    public int LevelContext => DecoderContext;

    /// <inheritdoc/>
    public int LevelHop => _config.HopLength;

    /// <inheritdoc/>
    public float[] EncodeInterleaved(ReadOnlySpan<float> samples, CancellationToken cancellation = default)
    {
        var (left, right) = (new float[samples.Length / 2], new float[samples.Length / 2]);
        for (int n = 0; n < left.Length; n++)
            (left[n], right[n]) = (samples[2 * n], samples[2 * n + 1]);
        return Encode(left, right, cancellation);
    }

    /// <inheritdoc/>
    public float[] DecodeInterleaved(ReadOnlySpan<float> latents, CancellationToken cancellation = default) =>
        Decode(latents, cancellation);

    /// <summary>Two channels of equal length -> latents in [-1, 1], [ceil(samples / samples of a latent), D] in rows.</summary>
    public float[] Encode(ReadOnlySpan<float> left, ReadOnlySpan<float> right, CancellationToken cancellation = default)
    {
        int unit = _config.SamplesPerLatent,
            channels = _config.LatentChannels,
            frames = (left.Length + unit - 1) / unit;
        var latents = new float[frames * channels];
        for (int start = 0; start < frames; start += PieceFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            using var gradients = no_grad();
            using var scope = NewDisposeScope();
            int end = Math.Min(start + PieceFrames, frames),
                from = Math.Max(0, start - EncoderContext),
                to = Math.Min(end + EncoderContext, frames);
            int margin = network.Spectrogram.Margin,
                samples = (to - from) * unit + 2 * margin;
            var piece = new float[2 * samples];
            Copy(left, from * unit - margin, piece.AsSpan(0, samples));
            Copy(right, from * unit - margin, piece.AsSpan(samples));
            var features = network.Spectrogram.AnalyzeWithin(tensor(piece, [1, 2, samples]).to(network.Mean.device));
            var mapped = AudioAutoencoder.MapToLatents(network.Encode(features).Mean);
            mapped[0]
                .narrow(0, start - from, end - start)
                .cpu()
                .contiguous()
                .data<float>()
                .ToArray()
                .CopyTo(latents.AsSpan(start * channels));
        }
        return latents;
    }

    /// <summary>Latents [frames, D] -> interleaved stereo, frames * samples of a latent in each channel.</summary>
    public float[] Decode(ReadOnlySpan<float> latents, CancellationToken cancellation = default)
    {
        var stream = new StreamingMagnitudeDecoder(network, _grid, synthesis, PieceFrames, DecoderContext);
        stream.Push(latents);
        stream.Complete();
        var samples = new List<float>(2 * (latents.Length / LatentChannels) * HopLength);
        while (stream.CanDecode)
        {
            cancellation.ThrowIfCancellationRequested();
            samples.AddRange(stream.Decode());
        }
        return [.. samples];
    }

    /// <inheritdoc/>
    public Tensor DecodeLevels(Tensor latents) =>
        (network.Decode(latents).Features.LogMagnitude * MagnitudeAutoencoder.DecibelsPerNeper).clamp_min(LevelFloor).transpose(1, 2);

    /// <inheritdoc/>
    public ISoundStream OpenStream() =>
        new StreamingMagnitudeDecoder(
            network,
            _grid,
            synthesis,
            decodedFrames ?? (int)Math.Ceiling(DecodedSeconds * network.LatentRate),
            DecoderContext
        );

    // samples from a place that may lie before the beginning; silence where there are none
    private static void Copy(ReadOnlySpan<float> source, int start, Span<float> target)
    {
        int first = Math.Max(0, start),
            last = Math.Min(source.Length, start + target.Length);
        if (first < last)
            source[first..last].CopyTo(target[(first - start)..]);
    }
}
