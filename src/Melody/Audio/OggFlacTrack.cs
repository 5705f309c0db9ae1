namespace Melody.Audio;

/// <summary>FLAC in Ogg (xiph.org/flac/ogg_mapping.html): its packets, one after the other, are a FLAC file.</summary>
internal sealed class OggFlacTrack : OggTrack
{
    private readonly FlacReader _reader;

    public OggFlacTrack(OggPackets packets, OggLink link)
    {
        _reader = new(new PacketStream(packets), "stream");
        (SampleRate, Channels, Frames, Metadata) = (
            _reader.SampleRate,
            _reader.Channels,
            _reader.Frames ?? (link.SoundPages > 0 ? link.LastGranule : null),
            _reader.Metadata
        );
    }

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved) => _reader.ReadRaw(interleaved);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _reader.Dispose();
        base.Dispose(disposing);
    }

    private sealed class PacketStream(OggPackets packets) : Stream
    {
        private const int Prefix = 9; // 7F FLAC, a version and the number of headers

        private byte[] _packet = [];
        private int _at;
        private bool _started;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            while (_at >= _packet.Length)
            {
                if (packets.Next() is not { } next)
                    return 0;
                (_packet, _at) = (next.Data, _started ? 0 : Prefix);
                _started = true;
            }
            int count = Math.Min(buffer.Length, _packet.Length - _at);
            _packet.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
