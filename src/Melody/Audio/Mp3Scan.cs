namespace Melody.Audio;

/// <summary>Frames of one encoding, from one tag of the encoder to the next.</summary>
/// <param name="FirstFrame">Index of its first frame of sound.</param>
/// <param name="FrameCount">Number of its frames of sound.</param>
/// <param name="Skip">Decoded samples that are left out in front.</param>
/// <param name="Keep">Samples that are played.</param>
internal sealed record Mp3Segment(int FirstFrame, int FrameCount, int Skip, long Keep);

/// <summary>
/// Finds every frame of an MP3 file from the frames themselves: tags (ID3, APE) and foreign bytes between them are passed
/// over, and files that were joined become segments. A tag that says how many frames there are is not what decides.
/// </summary>
internal sealed class Mp3Scan
{
    /// <summary>Bytes within which the first frame begins.</summary>
    public const int LongestSearchForFirst = 1 << 18;

    private const int Window = 1 << 16;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[Window + (1 << 13)];
    private readonly List<Mp3Segment> _segments = [];
    private readonly List<long> _offsets = [];
    private long _bufferAt = -1;
    private int _bufferLength;
    private int _segmentStart;
    private MpegInfo? _info;

    private Mp3Scan(Stream stream) => _stream = stream;

    /// <summary>The header of the first frame.</summary>
    public MpegHeader First { get; private set; }

    /// <summary>Where each frame of sound lies.</summary>
    public IReadOnlyList<long> Offsets => _offsets;

    /// <summary>The encodings that make the file.</summary>
    public IReadOnlyList<Mp3Segment> Segments => _segments;

    /// <summary>Bytes between frames that are neither frames nor tags.</summary>
    public long ForeignBytes { get; private set; }

    /// <summary>Frames that the encoders' tags promise and that are not there.</summary>
    public long MissingFrames { get; private set; }

    /// <summary>Whether the last frame is not whole; it is left out.</summary>
    public bool EndsWithinFrame { get; private set; }

    /// <summary>Why the file cannot be read; null when it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Looks through the stream from <paramref name="start"/> on; null when it holds no MP3.</summary>
    public static Mp3Scan? Find(Stream stream, long start)
    {
        var scan = new Mp3Scan(stream);
        long at = scan.Sync(start, null, start + LongestSearchForFirst);
        if (at < 0)
            return null;
        scan.First = MpegHeader.Parse(scan.Bytes(at, MpegHeader.Length))!.Value;
        scan.Walk(at);
        return scan;
    }

    private void Walk(long at)
    {
        bool sound = false;
        while (true)
        {
            var bytes = Bytes(at, MpegHeader.Length);
            if (MpegHeader.Parse(bytes) is { } header && header.Continues(First))
            {
                if (at + header.FrameLength > _stream.Length)
                {
                    EndsWithinFrame = true;
                    break;
                }
                if (MpegInfo.Parse(header, Bytes(at, header.FrameLength)) is { } info)
                {
                    EndSegment();
                    _info = info;
                }
                else
                    _offsets.Add(at);
                at += header.FrameLength;
                sound = true;
                continue;
            }
            if (TagLength(at) is > 0 and var tag)
            {
                at += tag;
                continue;
            }
            long next = Sync(at, First, _stream.Length);
            if (next < 0)
            {
                FindOther(at);
                break;
            }
            if (sound)
                ForeignBytes += next - at;
            at = next;
        }
        EndSegment();
    }

    // Sound of another kind behind the last frame cannot be joined to it.
    private void FindOther(long at)
    {
        long other = Sync(at, null, Math.Min(at + LongestSearchForFirst, _stream.Length));
        if (other >= 0 && MpegHeader.Parse(Bytes(other, MpegHeader.Length)) is { } header && header.Layer == First.Layer)
            Fault =
                $"it changes from {First.SampleRate} Hz with {First.Channels} channels to {header.SampleRate} Hz with "
                + $"{header.Channels} on the way";
    }

    private void EndSegment()
    {
        int count = _offsets.Count - _segmentStart,
            samples = First.Samples;
        if (_info?.Frames is { } promised && promised > 0)
        {
            if (count > promised)
            {
                // Whoever joined two files left the second without a tag.
                Add(_segmentStart, (int)promised, _info);
                _info = null;
                _segmentStart += (int)promised;
                count = _offsets.Count - _segmentStart;
            }
            else if (count < promised)
            {
                MissingFrames += promised - count;
                _info = _info with { Padding = 0 };
            }
        }
        Add(_segmentStart, count, _info);
        _segmentStart = _offsets.Count;
        _info = null;

        void Add(int first, int frames, MpegInfo? info)
        {
            if (frames == 0)
                return;
            long all = (long)frames * samples;
            int skip = info?.Delay is { } delay ? (int)Math.Min(delay + MpegInfo.DecoderDelay, all) : 0;
            long keep = info?.Delay is null ? all : Math.Min(all - skip, Math.Max(all - info.Delay.Value - info.Padding, 0));
            _segments.Add(new(first, frames, skip, keep));
        }
    }

    // The next place from which three frames follow each other, or fewer up to the end; -1 when there is none.
    private long Sync(long at, MpegHeader? like, long end)
    {
        for (; at < end; at++)
        {
            var bytes = Bytes(at, Window);
            if (bytes.Length < MpegHeader.Length)
                return -1;
            int found = bytes.IndexOf((byte)0xFF);
            if (found < 0)
            {
                at += bytes.Length - 1;
                continue;
            }
            at += found;
            if (at < end && IsChain(at, like))
                return at;
        }
        return -1;
    }

    private bool IsChain(long at, MpegHeader? like)
    {
        for (int i = 0; i < 3; i++)
        {
            if (i > 0 && (at == _stream.Length || TagLength(at) > 0))
                return true;
            if (MpegHeader.Parse(Bytes(at, MpegHeader.Length)) is not { } header || like is { } other && !header.Continues(other))
                return false;
            like ??= header;
            at += header.FrameLength;
            if (at > _stream.Length)
                return i > 0;
        }
        return true;
    }

    // ID3 in front, behind or between, APE, lyrics; 0 when there is no tag here.
    private long TagLength(long at)
    {
        var bytes = Bytes(at, 32);
        if (bytes.StartsWith("TAG"u8))
            return Math.Min(128, _stream.Length - at);
        if (bytes.StartsWith("ID3"u8) && bytes.Length >= 10)
            return Math.Min(Id3Tag.Length(bytes), _stream.Length - at);
        if (bytes.StartsWith("APETAGEX"u8) && bytes.Length == 32)
        {
            uint size = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
            bool isHeader = (bytes[23] & 0x20) != 0;
            return Math.Min(isHeader ? 32L + size : 32, _stream.Length - at);
        }
        return 0;
    }

    private ReadOnlySpan<byte> Bytes(long at, int count)
    {
        if (at < 0 || at >= _stream.Length)
            return [];
        if (_bufferAt < 0 || at < _bufferAt || at + Math.Min(count, _stream.Length - at) > _bufferAt + _bufferLength)
        {
            _stream.Position = at;
            _bufferAt = at;
            _bufferLength = _stream.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false);
        }
        int offset = (int)(at - _bufferAt);
        return _buffer.AsSpan(offset, Math.Min(count, _bufferLength - offset));
    }
}
