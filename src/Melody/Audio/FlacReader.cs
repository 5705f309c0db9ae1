namespace Melody.Audio;

/// <summary>
/// FLAC files (RFC 9639) by managed code, one after the other where several were joined. A damaged frame is an error: what
/// lies behind it is not passed over in silence. A file that ends early gives what it has, and says so in
/// <see cref="AudioReader.Remark"/>.
/// </summary>
internal sealed class FlacReader : AudioReader
{
    private const int LongestComment = 1 << 24;

    private readonly FlacBits _bits;
    private readonly FlacFrameDecoder _decoder;
    private readonly long _framesStart; // place of the first frame
    private readonly int _bitDepth;
    private FlacStreamInfo _info;
    private int _given; // of the frame in the decoder
    private long _decoded; // frames (of samples) of this stream so far
    private bool _ended;

    /// <summary>Reads the metadata of a stream that stands at "fLaC".</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public FlacReader(Stream stream, string name)
        : base(stream, name)
    {
        _bits = new(stream);
        (_info, Metadata) = ReadMetadata();
        _bitDepth = _info.Bits;
        (SampleRate, Channels) = (_info.SampleRate, _info.Channels);
        Frames = _info.Samples > 0 ? _info.Samples : null;
        _decoder = new(_bits, _info);
        _framesStart = _bits.Position;
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        frame = Math.Max(frame, 0);
        var (position, samples) = FlacSeek.Find(Source, _info, _framesStart, frame);
        try
        {
            DecodeUpTo(frame, position, samples);
        }
        catch (InvalidDataException) when (position > _framesStart)
        {
            DecodeUpTo(frame, _framesStart, 0); // samples that looked like the header of a frame
        }
    }

    private void DecodeUpTo(long frame, long position, long samples)
    {
        _bits.Seek(position);
        (_decoded, _given, _ended) = (samples, 0, false);
        _decoder.Clear();
        while (_decoded + _decoder.BlockSize <= frame && Next()) { }
        if (!_ended)
            _given = (int)(frame - _decoded);
    }

    /// <summary>Reads frames with <see cref="InvalidDataException"/> for damage, for containers of FLAC.</summary>
    public int ReadRaw(Span<float> interleaved) => ReadFrames(interleaved[..(interleaved.Length / Channels * Channels)]);

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        int wanted = interleaved.Length / Channels,
            total = 0;
        while (total < wanted && (_given < _decoder.BlockSize || Next()))
        {
            int count = Math.Min(wanted - total, _decoder.BlockSize - _given);
            float scale = 1f / (1L << (_bitDepth - 1));
            for (int channel = 0; channel < Channels; channel++)
            {
                var samples = _decoder.Channel(channel).Slice(_given, count);
                for (int i = 0, at = total * Channels + channel; i < samples.Length; i++, at += Channels)
                    interleaved[at] = samples[i] * scale;
            }
            _given += count;
            total += count;
        }
        return total;
    }

    // Decodes the next frame; false at the end.
    private bool Next()
    {
        if (_ended)
            return false;
        _decoded += _decoder.BlockSize;
        _given = 0;
        _decoder.Clear();
        try
        {
            while (true)
            {
                var start = _bits.Peek(FlacFrameHeader.LongestLength);
                if (FlacFrameHeader.Parse(start, out int length) is { } header)
                {
                    Decode(header, length);
                    return true;
                }
                if (start.StartsWith("fLaC"u8))
                    Join();
                else if (start.Length < FlacFrameHeader.LongestLength || IsTag(start) || (Frames is { } all && _decoded >= all))
                    break;
                else
                    throw new InvalidDataException($"no frame {_decoded / (double)SampleRate:0.##} s after its start");
            }
        }
        catch (EndOfStreamException)
        {
            if (Frames is null)
                Remark = $"'{Name}' ends within a frame; its last moment is missing.";
        }
        if (Frames > _decoded)
            Remark = Shortfall(_decoded);
        _ended = true;
        return false;
    }

    private void Decode(FlacFrameHeader header, int length)
    {
        try
        {
            _decoder.Decode(header, length);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                FormattableString.Invariant(
                    $"the frame {_decoded / (double)SampleRate:0.##} s after its start cannot be read ({e.Message})"
                ),
                e
            );
        }
    }

    // Another file begins where this one ends.
    private void Join()
    {
        var (next, _) = ReadMetadata();
        if (next.SampleRate != SampleRate || next.Channels != Channels || next.Bits != _bitDepth)
            throw new InvalidDataException("it is several files in one, of different rates, channels or bits");
        _info = next;
        if (Frames is { } frames)
            Frames = next.Samples > 0 ? frames + next.Samples : null;
    }

    private static bool IsTag(ReadOnlySpan<byte> start) =>
        start.StartsWith("TAG"u8) || start.StartsWith("APETAG"u8) || start.StartsWith("ID3"u8);

    private (FlacStreamInfo Info, AudioMetadata Text) ReadMetadata()
    {
        _bits.Skip(4);
        FlacStreamInfo? info = null;
        var text = AudioMetadata.None;
        try
        {
            for (bool last = false; !last; )
            {
                last = _bits.Read(1) == 1;
                int type = (int)_bits.Read(7),
                    length = (int)_bits.Read(24);
                if (info is null && (type != 0 || length < FlacStreamInfo.Length))
                    throw new InvalidDataException("its STREAMINFO block is missing");
                _bits.Mark();
                if (type == 0)
                    info = FlacStreamInfo.Parse(Whole(FlacStreamInfo.Length));
                else if (type == 4 && length <= LongestComment)
                    text = VorbisComment.Parse(Whole(length));
                else if (type == 127)
                    throw new InvalidDataException("a block of its metadata has no type");
                _bits.Skip(length);
            }
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("it ends within its metadata");
        }
        return (info!, text);
    }

    private ReadOnlySpan<byte> Whole(int length) =>
        _bits.Peek(length) is { } bytes && bytes.Length == length ? bytes : throw new EndOfStreamException();
}
