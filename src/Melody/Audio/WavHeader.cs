using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Melody.Audio;

/// <summary>How the samples of a WAV file are written.</summary>
internal enum WavCoding
{
    Integer,
    Float,
    MuLaw,
    ALaw,
    Other,
}

/// <summary>
/// The chunks of a WAV file. Unknown ones are skipped. Sizes that run past the end, that a streaming program never filled in,
/// or that a recorder left at zero when it died, mean what lies there up to the end of the file.
/// </summary>
internal sealed class WavHeader
{
    private const int MaximumChunks = 10_000,
        MaximumTextBytes = 1 << 22;

    // Programs that write to a pipe put sizes from here on.
    private const long Placeholder = 0x7FF00000;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly byte[] _buffer = new byte[40];
    private readonly List<(long Start, long Bytes)> _data = [];
    private long? _longDataBytes;
    private bool _hasFormat;
    private long _missingBytes;

    private WavHeader(Stream stream, string name) => (_stream, _name) = (stream, name);

    /// <summary>Hz.</summary>
    public int SampleRate { get; private set; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; private set; }

    /// <summary>Bytes of a sample.</summary>
    public int SampleBytes { get; private set; }

    /// <summary>How samples are written; of <see cref="WavCoding.Other"/> nothing but the data is known.</summary>
    public WavCoding Coding { get; private set; }

    /// <summary>The number of the coding.</summary>
    public int Tag { get; private set; }

    /// <summary>Where samples lie.</summary>
    public IReadOnlyList<(long Start, long Bytes)> Data => _data;

    /// <summary>The text.</summary>
    public AudioMetadata Metadata { get; private set; } = AudioMetadata.None;

    /// <summary>Bytes behind the last chunk that no chunk accounts for, when they outweigh the samples.</summary>
    public long StrayBytes { get; private set; }

    /// <summary>Reads the chunks of a stream that stands at "RIFF".</summary>
    /// <exception cref="MelodyException">They are damaged or ask for the impossible.</exception>
    public static WavHeader Read(Stream stream, string name)
    {
        var header = new WavHeader(stream, name);
        header.Parse();
        return header;
    }

    /// <summary>What a listener should know.</summary>
    public string? RemarkOn(string name)
    {
        double bytesPerSecond = (double)SampleBytes * Channels * SampleRate,
            seconds = _data.Sum(part => part.Bytes) / bytesPerSecond;
        if (_missingBytes >= SampleBytes * Channels)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"'{name}' ends after {seconds:0.##} of the {seconds + _missingBytes / bytesPerSecond:0.##} seconds that its "
                    + $"header promises; what is there is used."
            );
        return StrayBytes == 0
            ? null
            : FormattableString.Invariant(
                $"'{name}' has {StrayBytes} bytes after the {seconds:0.##} seconds that its header announces; they are not used."
            );
    }

    private void Parse()
    {
        Fill(12);
        for (int chunk = 0; chunk < MaximumChunks && _stream.Position + 8 <= _stream.Length; chunk++)
        {
            Fill(8);
            var id = Encoding.Latin1.GetString(_buffer, 0, 4);
            long size = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4)),
                start = _stream.Position,
                rest = _stream.Length - start;
            if (id == "fmt ")
                ReadFormats(Math.Min(size, rest));
            else if (id == "RIFF" && IsList(start, "WAVE"u8))
                size = Math.Min(4, rest); // another file was joined to this one
            else if (id == "ds64" && Math.Min(size, rest) >= 16)
            {
                Fill(16);
                _longDataBytes = BinaryPrimitives.ReadInt64LittleEndian(_buffer.AsSpan(8));
            }
            else if (id == "LIST" && (size > rest || IsList(start, "wavl"u8)))
                size = Math.Min(4, rest); // its chunks are looked through like others
            else if (id == "LIST")
                ReadList(Math.Min(size, rest));
            else if (id == "data")
            {
                size = DataSize(size, start);
                _data.Add((start, size));
            }
            if (size >= rest)
                break;
            MoveTo(start + size, (size & 1) != 0);
        }
        if (!_hasFormat)
            throw Damaged("it has no 'fmt ' chunk");
        if (_data.Count == 0)
            throw Damaged("it has no 'data' chunk");
        var (last, bytes) = _data[^1];
        long behind = _stream.Length - last - bytes;
        if (behind > _data.Sum(part => part.Bytes) && bytes > 0 && !ChunksFrom(last + bytes + (bytes & 1)))
            StrayBytes = behind;
    }

    private long DataSize(long size, long start)
    {
        long rest = _stream.Length - start;
        if (size == uint.MaxValue || size == 0 && _longDataBytes > 0)
            return _longDataBytes is > 0 and var real ? Math.Min(real, rest) : rest;
        if (size == 0 && !ChunksFrom(start))
            return rest;
        if (size > rest && size < Placeholder)
            _missingBytes = size - rest;
        return Math.Min(size, rest);
    }

    // Whether chunks, one after the other, end exactly where the file does.
    private bool ChunksFrom(long at)
    {
        Span<byte> header = stackalloc byte[8];
        for (int chunk = 0; chunk < MaximumChunks; chunk++)
        {
            if (at == _stream.Length || at == _stream.Length + 1)
                return true;
            _stream.Position = Math.Min(at, _stream.Length);
            if (_stream.ReadAtLeast(header, 8, throwOnEndOfStream: false) < 8 || !IsId(header))
                return false;
            long size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            at += 8 + size + (size & 1);
        }
        return false;
    }

    // Odd chunks have a byte behind them that does not count, which some programs forget.
    private void MoveTo(long end, bool odd)
    {
        _stream.Position = end;
        if (!odd)
            return;
        Span<byte> next = stackalloc byte[5];
        int count = _stream.ReadAtLeast(next, 5, throwOnEndOfStream: false);
        _stream.Position = count == 5 && !IsId(next[1..]) && IsId(next) ? end : Math.Min(end + 1, _stream.Length);
    }

    private static bool IsId(ReadOnlySpan<byte> bytes) => bytes[..4].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    private bool IsList(long start, ReadOnlySpan<byte> kind)
    {
        Span<byte> type = stackalloc byte[4];
        int count = _stream.ReadAtLeast(type, 4, throwOnEndOfStream: false);
        _stream.Position = start;
        return count == 4 && type.SequenceEqual(kind);
    }

    // of files that were joined each has one
    private void ReadFormats(long size)
    {
        var first = (Coding, Channels, SampleRate, SampleBytes);
        bool joined = _data.Count > 0;
        if (_hasFormat && !joined)
            return;
        ReadFormat(size);
        if (joined && first != (Coding, Channels, SampleRate, SampleBytes))
            throw Damaged("it is several files in one, of different rates, channels or codings");
    }

    private void ReadFormat(long size)
    {
        if (size < 16)
            throw Damaged("its 'fmt ' chunk is too short");
        int length = (int)Math.Min(size, 40);
        Fill(length);
        _hasFormat = true;
        int tag = Short(0),
            frameBytes = Short(12),
            bits = Short(14);
        long rate = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4));
        Channels = Short(2);
        // The subtype is a GUID that starts with the plain tag.
        if (tag == 0xFFFE && length == 40)
            tag = Short(24);
        Tag = tag;
        Coding = tag switch
        {
            1 => WavCoding.Integer,
            3 => WavCoding.Float,
            6 => WavCoding.ALaw,
            7 => WavCoding.MuLaw,
            _ => WavCoding.Other,
        };
        if (Coding == WavCoding.Other)
            return;
        if (Channels is 0 or > AudioClip.MaximumChannels)
            throw Damaged($"it says that it has {Channels} channels");
        if (rate is < AudioClip.MinimumSampleRate or > AudioClip.MaximumSampleRate)
            throw Damaged($"it says that its rate is {rate} Hz");
        SampleRate = (int)rate;
        SampleBytes = (bits + 7) / 8;
        // 24 bits may lie in the upper part of 32; a recorder that forgot the size of a frame meant the plain one.
        if (Coding == WavCoding.Integer && SampleBytes == 3 && frameBytes == 4 * Channels)
            SampleBytes = 4;
        bool known = Coding switch
        {
            WavCoding.Float => bits is 32 or 64,
            WavCoding.Integer => SampleBytes is >= 1 and <= 4,
            _ => bits == 8,
        };
        if (!known || frameBytes != 0 && frameBytes != SampleBytes * Channels)
            throw Damaged($"it says that {Channels} samples of {bits} bits make {frameBytes} bytes");
    }

    private void ReadList(long size)
    {
        if (size is < 4 or > MaximumTextBytes)
            return;
        var list = new byte[size];
        if (_stream.ReadAtLeast(list, list.Length, throwOnEndOfStream: false) < list.Length || !list.AsSpan().StartsWith("INFO"u8))
            return;
        for (long at = 4; at + 8 <= list.Length; )
        {
            long length = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan((int)at + 4)), list.Length - at - 8);
            var text = Text(list.AsSpan((int)at + 8, (int)length));
            switch (Encoding.Latin1.GetString(list, (int)at, 4))
            {
                case "INAM":
                    Metadata = Metadata with { Title = text };
                    break;
                case "ISFT":
                    Metadata = Metadata with { Software = text };
                    break;
                case "ICMT":
                    Metadata = Metadata with { Recipe = text };
                    break;
            }
            at += 8 + length + (length & 1);
        }
    }

    // UTF-8, or Latin-1 where it is not.
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)0);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private int Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(at));

    private void Fill(int count)
    {
        if (_stream.ReadAtLeast(_buffer.AsSpan(0, count), count, throwOnEndOfStream: false) < count)
            throw Damaged("it ends within its header");
    }

    private MelodyException Damaged(string why) => new($"'{_name}' is a damaged WAV file: {why}.");
}
