using System.Runtime.InteropServices;

namespace Melody.Autoencoder;

/// <summary>
/// Latents in, sound out, as early as it is certain. Pieces of <see cref="LatentCodec.DecodedFrames"/> frames lie on a
/// grid that starts at the first frame, and a piece is decoded once its context on the right has come or the stream is
/// complete; so the samples are the same bits however the latents were handed in.
/// </summary>
/// <remarks>Only the frames that later pieces need are kept. One thread at a time.</remarks>
internal sealed class StreamingLatentDecoder : ISoundStream
{
    private readonly LatentCodec _codec;
    private readonly List<float> _latents = [];
    private readonly DecoderMemory _memory = new();
    private readonly float[] _piece;
    private long _firstFrame,
        _nextFrame,
        _pushedFrames;
    private int _pieceStart,
        _pieceEnd;
    private bool _complete;

    internal StreamingLatentDecoder(LatentCodec codec)
    {
        _codec = codec;
        _piece = new float[codec.DecodedFrames * codec.HopLength];
    }

    /// <summary>How many samples <see cref="Read"/> would give now.</summary>
    public long AvailableSamples
    {
        get
        {
            long final = _complete
                ? _pushedFrames
                : Math.Max(_pushedFrames - _codec.DecoderContext, 0) / _codec.DecodedFrames * _codec.DecodedFrames;
            return _pieceEnd - _pieceStart + Math.Max(final - _nextFrame, 0) * _codec.HopLength;
        }
    }

    /// <inheritdoc/>
    public bool CanDecode => AvailableSamples > 0;

    /// <summary>Adds frames after those that came before.</summary>
    /// <exception cref="MelodyException">The latents are of another autoencoder.</exception>
    public void Push(AudioLatents latents)
    {
        LatentFormat.Require(latents, _codec);
        Push(latents.Values.Span);
    }

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<float> latents)
    {
        if (_complete)
            throw new InvalidOperationException("Nothing can follow once the stream is complete.");
        if (latents.Length % _codec.LatentChannels != 0)
            throw new ArgumentException($"{latents.Length} values do not make whole frames of {_codec.LatentChannels}.", nameof(latents));
        _latents.AddRange(latents);
        _pushedFrames += latents.Length / _codec.LatentChannels;
    }

    /// <inheritdoc/>
    public void Complete() => _complete = true;

    /// <summary>Fills as much of <paramref name="samples"/> as is certain and returns how many samples that is.</summary>
    public int Read(Span<float> samples)
    {
        int written = 0;
        while (written < samples.Length && (_pieceStart < _pieceEnd || DecodeNext()))
        {
            int count = Math.Min(_pieceEnd - _pieceStart, samples.Length - written);
            _piece.AsSpan(_pieceStart, count).CopyTo(samples[written..]);
            _pieceStart += count;
            written += count;
        }
        return written;
    }

    /// <inheritdoc/>
    public float[] Decode()
    {
        var samples = new float[Math.Min(AvailableSamples, _piece.Length)];
        int read = Read(samples);
        return read == samples.Length ? samples : samples[..read];
    }

    private bool DecodeNext()
    {
        int context = _codec.DecoderContext,
            channels = _codec.LatentChannels;
        long end = _nextFrame + _codec.DecodedFrames,
            needed = end + context;
        if (!_complete && needed > _pushedFrames)
            return false;
        (end, needed) = (Math.Min(end, _pushedFrames), Math.Min(needed, _pushedFrames));
        if (_nextFrame >= end)
            return false;

        DropBefore(Math.Max(_nextFrame - context, 0));
        (_pieceStart, _pieceEnd) = (0, (int)(end - _nextFrame) * _codec.HopLength);
        _codec.DecodePiece(
            CollectionsMarshal.AsSpan(_latents)[..((int)(needed - _firstFrame) * channels)],
            (int)(_nextFrame - _firstFrame),
            _piece.AsSpan(0, _pieceEnd),
            _memory
        );
        _nextFrame = end;
        return true;
    }

    private void DropBefore(long frame)
    {
        _latents.RemoveRange(0, (int)(frame - _firstFrame) * _codec.LatentChannels);
        _firstFrame = frame;
    }
}
