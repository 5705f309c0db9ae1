using Concentus.Enums;
using Concentus.Structs;

namespace Melody.Audio;

/// <summary>Opus in Ogg (RFC 7845), encoded by Concentus in frames of 20 ms with a bit rate that varies.</summary>
internal sealed class OpusWriter : AudioWriter
{
    private const int LongestPacket = 1275 * 3 * 8;

    private readonly Stream _stream;
    private readonly OggPageWriter _pages;
    private readonly OpusMSEncoder _encoder;
    private readonly int _channels,
        _frame,
        _clock;
    private readonly int[]? _order;
    private readonly float[] _block;
    private readonly byte[] _packet;
    private readonly OpusHead _head;
    private int _filled;
    private long _written, // frames of sound so far
        _encoded; // ticks of 48 kHz so far

    /// <summary>Writes the headers.</summary>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="sampleRate">One that Opus knows, Hz.</param>
    /// <param name="channels">1 to 8.</param>
    /// <param name="quality">0 to 1: 24 to 160 kbit/s for mono, twice that for stereo.</param>
    /// <param name="metadata">Text.</param>
    public OpusWriter(Stream stream, int sampleRate, int channels, double quality, AudioMetadata metadata)
    {
        (_stream, _channels) = (stream, channels);
        _frame = sampleRate / 50;
        _clock = OpusHead.ClockRate / sampleRate;
        _order = ChannelOrder.ToVorbis(channels);
        _block = new float[_frame * channels];
        _packet = new byte[LongestPacket];
        var mapping = new byte[channels];
        int streams = 1,
            coupled = channels - 1;
#pragma warning disable CS0618 // the factory may load any library named opus; the managed encoder is the same everywhere
        if (channels <= 2)
        {
            mapping = channels == 2 ? [0, 1] : [0];
            _encoder = OpusMSEncoder.Create(sampleRate, channels, streams, coupled, mapping, OpusApplication.OPUS_APPLICATION_AUDIO);
        }
        else
            _encoder = OpusMSEncoder.CreateSurround(
                sampleRate,
                channels,
                1,
                out streams,
                out coupled,
                mapping,
                OpusApplication.OPUS_APPLICATION_AUDIO
            );
#pragma warning restore CS0618
        _encoder.Bitrate = (int)((24_000 + 136_000 * quality) * channels);
        _encoder.UseVBR = true;
        _encoder.Complexity = 10;
        int skip = _encoder.Lookahead * _clock;
        _head = new(channels, skip, sampleRate, 1, channels <= 2 ? 0 : 1, streams, coupled, mapping);
        _pages = new(stream, 0x4D656C6F);
        _pages.Add(_head.Create(), 0);
        _pages.Flush();
        _pages.Add([.. "OpusTags"u8, .. VorbisComment.Create(metadata)], 0);
        _pages.Flush();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> interleaved)
    {
        for (; interleaved.Length > 0; )
        {
            int count = Math.Min(interleaved.Length / _channels, _frame - _filled);
            var block = _block.AsSpan(_filled * _channels, count * _channels);
            interleaved[..block.Length].CopyTo(block);
            interleaved = interleaved[block.Length..];
            _filled += count;
            _written += count;
            if (_filled == _frame)
                Encode();
        }
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        // the encoder's delay has to be pushed out, and what it hears last is silence
        long end = _head.PreSkip + _written * _clock;
        while (_encoded < end || _encoded == 0)
        {
            _block.AsSpan(_filled * _channels).Clear();
            Encode();
        }
        _pages.Finish(end);
        _stream.Flush();
    }

    private void Encode()
    {
        foreach (ref float sample in _block.AsSpan())
            sample = Math.Clamp(sample, -1, 1);
        ChannelOrder.Apply(_block, _order);
        int length = _encoder.EncodeMultistream(_block, _frame, _packet, _packet.Length);
        _encoded += (long)_frame * _clock;
        _pages.Add(_packet.AsSpan(0, length), _encoded);
        _filled = 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
        base.Dispose(disposing);
    }
}
