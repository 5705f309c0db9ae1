using System.Buffers.Binary;

namespace Melody.Audio;

/// <summary>
/// WAV files (Microsoft/IBM RIFF, WAVE_FORMAT_EXTENSIBLE; RF64 of EBU Tech 3306): PCM of 8, 16, 24 and 32 bits, floats
/// of 32 and 64, mu-law and A-law (ITU-T G.711). What <see cref="WavHeader"/> says of their chunks is where samples lie; a
/// last frame that is not whole is dropped.
/// </summary>
internal sealed class WavReader : AudioReader
{
    private readonly WavHeader _header;
    private readonly int _frameBytes;
    private readonly byte[] _bytes;
    private int _part; // of the data
    private long _frame; // within the part

    private WavReader(Stream stream, string name, WavHeader header)
        : base(stream, name)
    {
        _header = header;
        (SampleRate, Channels, Metadata) = (header.SampleRate, header.Channels, header.Metadata);
        _frameBytes = header.SampleBytes * Channels;
        Frames = header.Data.Sum(part => part.Bytes / _frameBytes);
        Remark = header.RemarkOn(name);
        _bytes = new byte[4096 * _frameBytes];
        Seek(0);
    }

    /// <summary>Whether a file that starts so is a WAV file.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length >= 12
        && (start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8))
        && start[8..].StartsWith("WAVE"u8);

    /// <summary>Reads the header of a stream that can seek; coded samples go to the reader that knows them.</summary>
    /// <exception cref="MelodyException">The header is damaged or asks for the impossible.</exception>
    public static AudioReader OpenCoded(Stream stream, string name)
    {
        stream.Position = 0;
        var header = WavHeader.Read(stream, name);
        if (header.Coding != WavCoding.Other)
            return new WavReader(stream, name, header);
        const int mp3 = 0x55;
        if (
            header.Tag == mp3
            && header.Data is [var data, ..]
            && Mp3Reader.TryOpen(new SectionStream(stream, data.Start, data.Bytes), 0, name) is { } reader
        )
            return reader;
        stream.Position = 0;
        return new SoundFileReader(stream, name);
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        frame = Math.Max(frame, 0);
        for (_part = 0; _part < _header.Data.Count && frame >= PartFrames; _part++)
            frame -= PartFrames;
        _frame = frame;
        Place();
    }

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        int total = 0;
        while (total < interleaved.Length / Channels && _part < _header.Data.Count)
        {
            if (_frame == PartFrames)
            {
                (_part, _frame) = (_part + 1, 0);
                Place();
                continue;
            }
            int frames = (int)Math.Min(Math.Min(PartFrames - _frame, interleaved.Length / Channels - total), _bytes.Length / _frameBytes);
            int got =
                Source.ReadAtLeast(_bytes.AsSpan(0, frames * _frameBytes), frames * _frameBytes, throwOnEndOfStream: false) / _frameBytes;
            if (got == 0)
                break;
            Decode(_bytes.AsSpan(0, got * _frameBytes), interleaved.Slice(total * Channels, got * Channels));
            total += got;
            _frame += got;
        }
        return total;
    }

    private long PartFrames => _header.Data[_part].Bytes / _frameBytes;

    private void Place()
    {
        if (_part < _header.Data.Count)
            Source.Position = _header.Data[_part].Start + _frame * _frameBytes;
    }

    private void Decode(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        switch (_header.Coding)
        {
            case WavCoding.MuLaw:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = TelephoneLaw.MuLaw(bytes[i]);
                break;
            case WavCoding.ALaw:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = TelephoneLaw.ALaw(bytes[i]);
                break;
            case WavCoding.Float when _header.SampleBytes == 4:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            case WavCoding.Float:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
            default:
                DecodeIntegers(bytes, samples);
                break;
        }
    }

    private void DecodeIntegers(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        switch (_header.SampleBytes)
        {
            case 1:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = (bytes[i] - 128) / 128f;
                break;
            case 2:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) / 32768f;
                break;
            case 3:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = ((bytes[3 * i] << 8 | bytes[3 * i + 1] << 16 | bytes[3 * i + 2] << 24) >> 8) / 8388608f;
                break;
            default:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]) / 2147483648f;
                break;
        }
    }
}
