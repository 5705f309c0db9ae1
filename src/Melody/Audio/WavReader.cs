using System.Buffers.Binary;
using System.Text;

namespace Melody.Audio;

/// <summary>
/// WAV files (Microsoft/IBM RIFF, WAVE_FORMAT_EXTENSIBLE; RF64 of EBU Tech 3306): PCM of 8, 16, 24 and 32 bits, floats
/// of 32 and 64. Unknown chunks are skipped, sizes that run past the end or were never filled in by a streaming writer
/// are taken as the end of the file, and a last frame that is not whole is dropped.
/// </summary>
internal sealed class WavReader : AudioReader
{
    private const int MaximumChunks = 10_000,
        MaximumTextBytes = 1 << 22;

    private readonly Stream _stream;
    private readonly int _sampleBytes;
    private readonly bool _float;
    private readonly long _dataStart,
        _frameCount;
    private readonly byte[] _bytes;
    private long _frame;

    private WavReader(Stream stream, string name, Header header)
        : base(name)
    {
        _stream = stream;
        (_sampleBytes, _float, _dataStart) = (header.SampleBytes, header.IsFloat, header.DataStart);
        SampleRate = header.SampleRate;
        Channels = header.Channels;
        _frameCount = header.DataBytes / (_sampleBytes * Channels);
        Frames = _frameCount;
        Metadata = header.Metadata;
        _bytes = new byte[4096 * _sampleBytes * Channels];
        _stream.Position = _dataStart;
    }

    /// <summary>Whether the stream starts as a WAV file; it is rewound.</summary>
    public static bool Recognizes(Stream stream)
    {
        Span<byte> start = stackalloc byte[12];
        int count = stream.ReadAtLeast(start, 12, throwOnEndOfStream: false);
        stream.Position = 0;
        return count == 12
            && (start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8))
            && start[8..].SequenceEqual("WAVE"u8);
    }

    /// <summary>Reads the header; null when the samples are coded in a way that needs libsndfile (ADPCM, mu-law, MP3).</summary>
    /// <exception cref="MelodyException">The header is damaged or asks for the impossible.</exception>
    public static WavReader? TryOpen(Stream stream, string name)
    {
        var header = new HeaderParser(stream, name).Parse();
        return header is null ? null : new(stream, name, header);
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        _frame = Math.Clamp(frame, 0, _frameCount);
        _stream.Position = _dataStart + _frame * _sampleBytes * Channels;
    }

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        int total = 0,
            frameBytes = _sampleBytes * Channels;
        while (total < interleaved.Length / Channels && _frame < _frameCount)
        {
            int frames = (int)Math.Min(Math.Min(_frameCount - _frame, interleaved.Length / Channels - total), _bytes.Length / frameBytes);
            int got =
                _stream.ReadAtLeast(_bytes.AsSpan(0, frames * frameBytes), frames * frameBytes, throwOnEndOfStream: false) / frameBytes;
            if (got == 0)
                break;
            Decode(_bytes.AsSpan(0, got * frameBytes), interleaved.Slice(total * Channels, got * Channels));
            total += got;
            _frame += got;
        }
        return total;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _stream.Dispose();
    }

    private void Decode(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        int size = _sampleBytes;
        for (int i = 0; i < samples.Length; i++)
        {
            var b = bytes.Slice(i * size, size);
            samples[i] = (size, _float) switch
            {
                (1, _) => (b[0] - 128) / 128f,
                (2, _) => BinaryPrimitives.ReadInt16LittleEndian(b) / 32768f,
                (3, _) => ((b[0] << 8 | b[1] << 16 | b[2] << 24) >> 8) / 8388608f,
                (4, false) => BinaryPrimitives.ReadInt32LittleEndian(b) / 2147483648f,
                (4, true) => BinaryPrimitives.ReadSingleLittleEndian(b),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(b),
            };
        }
    }

    private sealed record Header(
        int SampleRate,
        int Channels,
        int SampleBytes,
        bool IsFloat,
        long DataStart,
        long DataBytes,
        AudioMetadata Metadata
    );

    private sealed class HeaderParser(Stream stream, string name)
    {
        private readonly byte[] _buffer = new byte[40];
        private (int Rate, int Channels, int SampleBytes, bool IsFloat)? _format;
        private (long Start, long Bytes)? _data;
        private long? _longDataBytes;
        private bool _coded;
        private AudioMetadata _metadata = AudioMetadata.None;

        public Header? Parse()
        {
            Fill(12);
            bool sizeUnknown = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4)) is 0 or uint.MaxValue;
            for (int chunk = 0; chunk < MaximumChunks && stream.Position + 8 <= stream.Length; chunk++)
            {
                Fill(8);
                var id = Encoding.Latin1.GetString(_buffer, 0, 4);
                long size = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4)),
                    start = stream.Position;
                long rest = stream.Length - start;
                if (id == "fmt " && _format is null && !_coded)
                    ReadFormat(Math.Min(size, rest));
                else if (id == "ds64" && Math.Min(size, rest) >= 16)
                {
                    Fill(16);
                    _longDataBytes = BinaryPrimitives.ReadInt64LittleEndian(_buffer.AsSpan(8));
                }
                else if (id == "LIST")
                    ReadList(Math.Min(size, rest));
                else if (id == "data" && _data is null)
                {
                    if (size == uint.MaxValue)
                        size = _longDataBytes is >= 0 ? _longDataBytes.Value : rest;
                    if (size == 0 && sizeUnknown)
                        size = rest;
                    size = Math.Min(size, rest);
                    _data = (start, size);
                }
                if (size >= rest)
                    break;
                stream.Position = start + size + (size & 1);
            }
            if (_coded)
                return null;
            if (_format is not { } format)
                throw Damaged("it has no 'fmt ' chunk");
            if (_data is not { } data)
                throw Damaged("it has no 'data' chunk");
            return new(format.Rate, format.Channels, format.SampleBytes, format.IsFloat, data.Start, data.Bytes, _metadata);
        }

        private void ReadFormat(long size)
        {
            if (size < 16)
                throw Damaged("its 'fmt ' chunk is too short");
            int length = (int)Math.Min(size, 40);
            Fill(length);
            int tag = Short(0),
                channels = Short(2),
                frameBytes = Short(12),
                bits = Short(14);
            long rate = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4));
            // The subtype is a GUID that starts with the plain tag.
            if (tag == 0xFFFE && length == 40)
                tag = Short(24);
            bool isFloat = tag == 3;
            if (tag is not (1 or 3))
            {
                _coded = true;
                return;
            }
            if (channels is 0 or > AudioClip.MaximumChannels)
                throw Damaged($"it says that it has {channels} channels");
            if (rate is < AudioClip.MinimumSampleRate or > AudioClip.MaximumSampleRate)
                throw Damaged($"it says that its rate is {rate} Hz");
            int sampleBytes = (bits + 7) / 8;
            if (frameBytes != sampleBytes * channels || !(isFloat ? bits is 32 or 64 : sampleBytes is >= 1 and <= 4))
                throw Damaged($"it says that {channels} samples of {bits} bits make {frameBytes} bytes");
            _format = ((int)rate, channels, sampleBytes, isFloat);
        }

        private void ReadList(long size)
        {
            if (size is < 4 or > MaximumTextBytes)
                return;
            var list = new byte[size];
            if (stream.ReadAtLeast(list, list.Length, throwOnEndOfStream: false) < list.Length || !list.AsSpan().StartsWith("INFO"u8))
                return;
            for (long at = 4; at + 8 <= list.Length; )
            {
                long length = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan((int)at + 4)), list.Length - at - 8);
                var text = Text(list.AsSpan((int)at + 8, (int)length));
                switch (Encoding.Latin1.GetString(list, (int)at, 4))
                {
                    case "INAM":
                        _metadata = _metadata with { Title = text };
                        break;
                    case "ISFT":
                        _metadata = _metadata with { Software = text };
                        break;
                    case "ICMT":
                        _metadata = _metadata with { Recipe = text };
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
            if (stream.ReadAtLeast(_buffer.AsSpan(0, count), count, throwOnEndOfStream: false) < count)
                throw Damaged("it ends within its header");
        }

        private MelodyException Damaged(string why) => new($"'{name}' is a damaged WAV file: {why}.");
    }
}
