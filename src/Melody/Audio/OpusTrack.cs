using Concentus.Structs;

namespace Melody.Audio;

/// <summary>
/// Opus in Ogg (RFC 7845): decoded by Concentus at the rate of the source, without the samples before the start and behind
/// the end that the pages' positions leave out.
/// </summary>
internal sealed class OpusTrack : OggTrack
{
    private const int LongestPacketMilliseconds = 120;

    private readonly OggPackets _packets;
    private readonly OggLink _link;
    private readonly OpusHead _head;
    private readonly OpusMSDecoder _decoder;
    private readonly int[]? _order;
    private readonly float[] _frames;
    private readonly int _clock; // ticks of 48 kHz in a sample
    private long? _origin; // position of the first decoded sample, in ticks
    private long _decoded; // ticks
    private long _skip; // ticks that are not played
    private int _given,
        _there; // samples of each channel in _frames

    public OpusTrack(OggPackets packets, OggLink link)
    {
        (_packets, _link) = (packets, link);
        _head = OpusHead.Parse(Header(packets));
        var tags = Header(packets);
        if (!tags.AsSpan().StartsWith("OpusTags"u8))
            throw new InvalidDataException("its comments are missing");
        Metadata = VorbisComment.Parse(tags.AsSpan(8));
        (SampleRate, Channels) = (_head.DecodingRate, _head.Channels);
        _clock = OpusHead.ClockRate / SampleRate;
        _order = _head.Family == 1 ? ChannelOrder.FromVorbis(Channels) : null;
        _frames = new float[SampleRate * LongestPacketMilliseconds / 1000 * Channels];
        _skip = _head.PreSkip;
#pragma warning disable CS0618 // the factory may load any library named opus; the managed decoder is the same everywhere
        _decoder = Guard(() => new OpusMSDecoder(SampleRate, Channels, _head.Streams, _head.Coupled, _head.Mapping));
#pragma warning restore CS0618
        if (link.SoundPages > 0)
            Frames = Math.Max((link.LastGranule - StartOf(link, packets) - _head.PreSkip) / _clock, 0);
    }

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        if (_given == _there && !Decode())
            return 0;
        int count = Math.Min(interleaved.Length / Channels, _there - _given);
        var target = interleaved[..(count * Channels)];
        _frames.AsSpan(_given * Channels, target.Length).CopyTo(target);
        _given += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _decoder.Dispose();
        base.Dispose(disposing);
    }

    // Decodes packets until one has samples that are played; false at the end.
    private bool Decode()
    {
        while (_packets.Next() is { } packet)
        {
            if (packet.Data.Length == 0)
                continue;
            int frames = Guard(() => _decoder.DecodeMultistream(packet.Data, _frames, _frames.Length / Channels, false));
            if (frames <= 0)
                throw new InvalidDataException("a packet of Opus is damaged");
            long start = _decoded;
            _decoded += (long)frames * _clock;
            if (_origin is null && packet.Granule is { } granule)
                _origin = packet.IsLast ? 0 : Math.Max(granule - _decoded, 0);
            long end = _decoded;
            if (_link.Ended)
                end = Math.Min(end, Math.Max(_link.LastGranule - (_origin ?? 0), start));
            long from = Math.Max(start, _skip);
            (_given, _there) = ((int)((from - start) / _clock), (int)((end - start) / _clock));
            if (_given >= _there)
                continue;
            var played = _frames.AsSpan(_given * Channels, (_there - _given) * Channels);
            ChannelOrder.Apply(played, _order);
            if (_head.Gain != 1)
                foreach (ref float sample in played)
                    sample *= (float)_head.Gain;
            return true;
        }
        (_given, _there) = (0, 0);
        return false;
    }

    // Position of the first sample: the first page's less what its packets last. The packets are only looked at.
    private static long StartOf(OggLink link, OggPackets packets)
    {
        long ticks = packets.PeekPage().Sum(packet => (long)Duration(packet.Data));
        return link.SoundPages == 1 && link.Ended ? 0 : Math.Max(link.FirstGranule - ticks, 0);
    }

    private static int Duration(byte[] packet) =>
        packet.Length == 0 ? 0
        : packet.Length == 1 && (packet[0] & 3) == 3 ? 0
        : Math.Max(OpusPacketInfo.GetNumSamples(packet, OpusHead.ClockRate), 0);

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
#pragma warning disable CA1031 // whatever a library throws at damaged bytes, they are damaged
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            throw new InvalidDataException("a packet of Opus is damaged", e);
        }
    }
}
