using System.Buffers.Binary;
using NVorbis;
using NVorbis.Contracts;

namespace Melody.Audio;

/// <summary>
/// Vorbis in Ogg, decoded by NVorbis. The packets come from our own reader of pages, which finds damage and chained
/// streams; the headers are checked first (<see cref="VorbisSetup"/>), and the positions of the pages say where the sound
/// ends (Vorbis I, appendix A.2).
/// </summary>
internal sealed class VorbisTrack : OggTrack
{
    // A last page cuts the end of a block or two; a position far below what was decoded is wrong and not obeyed.
    private const int LongestCut = 1 << 16;

    private readonly StreamDecoder _decoder;
    private readonly Provider _provider;
    private readonly OggLink _link;
    private readonly int[]? _order;
    private readonly Queue<float[]> _held = new();
    private long _read; // frames that the decoder gave
    private bool _ended;
    private float[] _block = [];
    private int _given;

    public VorbisTrack(OggPackets packets, OggLink link)
    {
        _link = link;
        var identification = Header(packets);
        CheckIdentification(identification);
        Channels = identification[11];
        SampleRate = BinaryPrimitives.ReadInt32LittleEndian(identification.AsSpan(12));
        _order = ChannelOrder.FromVorbis(Channels);
        var comments = Header(packets);
        if (!comments.AsSpan().StartsWith("\u0003vorbis"u8))
            throw new InvalidDataException("its comments are missing");
        Metadata = VorbisComment.Parse(comments.AsSpan(7));
        var setup = Header(packets);
        VorbisSetup.Check(setup);
        // the comments are read already, and NVorbis would believe any number in them
        byte[] noComments = [.. "\u0003vorbis"u8, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        _provider = new([identification, noComments, setup], packets, link.Serial);
        _decoder = Guard(() => new StreamDecoder(_provider) { ClipSamples = false });
        if (link.SoundPages > 0)
        {
            long start =
                link.SoundPages > 1 ? Math.Max(link.FirstGranule - packets.PeekPage().Count * (1L << (identification[28] >> 4)) / 2, 0) : 0;
            Frames = link.LastGranule - start;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        if (_given == _block.Length && !Next())
            return 0;
        int count = Math.Min(interleaved.Length, _block.Length - _given);
        _block.AsSpan(_given, count).CopyTo(interleaved);
        _given += count;
        return count / Channels;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _decoder.Dispose();
        base.Dispose(disposing);
    }

    // The last frames are held back until it is known how many of them are cut.
    private bool Next()
    {
        while (!_ended && _held.Sum(block => (long)block.Length / Channels) <= LongestCut)
        {
            var block = new float[4096 * Channels];
            int count = Guard(() => _decoder.Read(block, 0, block.Length));
            if (_provider.Fault is { } fault)
                throw new InvalidDataException(fault.Message, fault);
            if (count == 0)
            {
                _ended = true;
                CutEnd();
                break;
            }
            _read += count / Channels;
            ChannelOrder.Apply(block.AsSpan(0, count), _order);
            _held.Enqueue(count == block.Length ? block : block[..count]);
        }
        (_block, _given) = (_held.Count > 0 ? _held.Dequeue() : [], 0);
        return _block.Length > 0;
    }

    private void CutEnd()
    {
        if (!_link.Ended || _link.SoundPages == 0)
            return;
        long origin = Math.Max(_decoder.SamplePosition - _read, 0),
            cut = origin + _read - _link.LastGranule;
        if (cut is <= 0 or > LongestCut)
            return;
        var all = _held.SelectMany(block => block).ToArray();
        _held.Clear();
        if (all.Length > cut * Channels)
            _held.Enqueue(all[..^((int)cut * Channels)]);
    }

    private static void CheckIdentification(byte[] packet)
    {
        if (packet.Length < 30 || BinaryPrimitives.ReadInt32LittleEndian(packet.AsSpan(7)) != 0 || (packet[29] & 1) == 0)
            throw new InvalidDataException("its header of Vorbis is too short or too new");
        long rate = BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(12));
        int small = packet[28] & 15,
            large = packet[28] >> 4;
        if (packet[11] is 0 or > AudioClip.MaximumChannels)
            throw new InvalidDataException($"it says that it has {packet[11]} channels");
        if (rate is < AudioClip.MinimumSampleRate or > AudioClip.MaximumSampleRate)
            throw new InvalidDataException($"it says that its rate is {rate} Hz");
        if (small < 6 || large < small || large > 13)
            throw new InvalidDataException("its header of Vorbis asks for impossible blocks");
    }

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
            throw new InvalidDataException("a packet of Vorbis is damaged", e);
        }
    }

    /// <summary>The packets as NVorbis asks for them.</summary>
    private sealed class Provider(IEnumerable<byte[]> headers, OggPackets packets, uint serial) : NVorbis.Contracts.IPacketProvider
    {
        private readonly Queue<byte[]> _headers = new(headers);
        private IPacket? _peeked;

        /// <summary>What is wrong with the pages; the packets end there.</summary>
        public InvalidDataException? Fault { get; private set; }

        public bool CanSeek => false;

        public int StreamSerial => unchecked((int)serial);

        public IPacket GetNextPacket()
        {
            var packet = PeekNextPacket();
            _peeked = null;
            return packet;
        }

        public IPacket PeekNextPacket() => _peeked ??= Take()!;

        public long SeekTo(long granulePos, int preRoll, GetPacketGranuleCount getPacketGranuleCount) => throw new NotSupportedException();

        public long GetGranuleCount() => throw new NotSupportedException();

        private Packet? Take()
        {
            if (_headers.TryDequeue(out var header))
                return new(header);
            // The last packet is marked as such, or NVorbis plays the half block behind it. Its position is left out: NVorbis
            // would cut by it, and does not end where it is wrong.
            try
            {
                return packets.Next() is { } packet
                    ? new(packet.Data)
                    {
                        GranulePosition = packet.IsLast ? null : packet.Granule,
                        IsEndOfStream = packet.IsLast || packets.Peek() is null,
                    }
                    : null;
            }
            catch (InvalidDataException e)
            {
                Fault = e;
                return null;
            }
        }
    }

    private sealed class Packet(byte[] data) : DataPacket
    {
        private int _at;

        protected override int TotalBits => data.Length * 8;

        protected override int ReadNextByte() => _at < data.Length ? data[_at++] : -1;

        public override void Reset()
        {
            _at = 0;
            base.Reset();
        }
    }
}
