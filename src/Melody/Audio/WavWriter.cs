using System.Buffers.Binary;
using System.Text;

namespace Melody.Audio;

/// <summary>
/// WAV files: 16 or 24 bit PCM or 32 bit floats, with an INFO list before the samples. More than two channels or 16 bits
/// are described by WAVE_FORMAT_EXTENSIBLE. The sizes in the header are filled in by <see cref="Finish"/>; until then
/// they say "unknown", which readers of streams understand.
/// </summary>
internal sealed class WavWriter : AudioWriter
{
    private readonly Stream _stream;
    private readonly int _channels,
        _bits;
    private readonly long _start,
        _dataStart;
    private readonly long? _factAt;
    private readonly byte[] _bytes = new byte[1 << 16];
    private long _dataBytes;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to; one that cannot seek, such as a pipe, has to be told the length.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="channels">Samples in a frame.</param>
    /// <param name="bits">16, 24 or 32.</param>
    /// <param name="metadata">Text.</param>
    /// <param name="frames">How many frames there will be, where that is known.</param>
    public WavWriter(Stream stream, int sampleRate, int channels, int bits, AudioMetadata metadata, long? frames = null)
    {
        (_stream, _channels, _bits, _start) = (stream, channels, bits, stream.CanSeek ? stream.Position : 0);
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header, Encoding.UTF8);
        writer.Write("RIFF"u8);
        writer.Write(uint.MaxValue);
        writer.Write("WAVEfmt "u8);
        bool isFloat = bits == 32,
            extensible = channels > 2 || bits == 24;
        ushort tag = (ushort)(isFloat ? 3 : 1);
        writer.Write(
            extensible ? 40
            : isFloat ? 18
            : 16
        );
        writer.Write(extensible ? (ushort)0xFFFE : tag);
        writer.Write((ushort)channels);
        writer.Write(sampleRate);
        writer.Write(sampleRate * channels * (bits / 8));
        writer.Write((ushort)(channels * (bits / 8)));
        writer.Write((ushort)bits);
        if (extensible)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)bits);
            writer.Write(ChannelMask(channels));
            writer.Write(tag);
            writer.Write([0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71]);
        }
        else if (isFloat)
            writer.Write((ushort)0);
        if (isFloat)
        {
            writer.Write("fact"u8);
            writer.Write(4);
            _factAt = header.Position;
            writer.Write(uint.MaxValue);
        }
        WriteInfo(writer, metadata);
        writer.Write("data"u8);
        writer.Write(uint.MaxValue);
        _dataStart = header.Length;
        if (frames is { } known && known * channels * (bits / 8) is var size && size < uint.MaxValue - _dataStart)
        {
            PatchHeader(header, 4, _dataStart + size + (size & 1) - 8);
            PatchHeader(header, _dataStart - 4, size);
            if (_factAt is { } fact)
                PatchHeader(header, fact, known);
        }
        stream.Write(header.GetBuffer().AsSpan(0, (int)_dataStart));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> interleaved)
    {
        int size = _bits / 8;
        if (_dataStart + _dataBytes + (long)interleaved.Length * size > uint.MaxValue - 8)
            throw new MelodyException("A WAV file ends at 4 GB; write FLAC, or fewer seconds or bits.");
        int perBlock = _bytes.Length / size;
        for (; interleaved.Length > 0; interleaved = interleaved[Math.Min(perBlock, interleaved.Length)..])
        {
            int count = Math.Min(perBlock, interleaved.Length);
            for (int i = 0; i < count; i++)
                Encode(interleaved[i], _bytes.AsSpan(i * size, size));
            _stream.Write(_bytes.AsSpan(0, count * size));
            _dataBytes += count * size;
        }
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if ((_dataBytes & 1) != 0)
            _stream.WriteByte(0);
        if (!_stream.CanSeek)
        {
            _stream.Flush();
            return;
        }
        long end = _stream.Position;
        Patch(4, end - _start - 8);
        Patch(_dataStart - 4, _dataBytes);
        if (_factAt is { } fact)
            Patch(fact, _dataBytes / (_channels * (_bits / 8)));
        _stream.Position = end;
        _stream.Flush();
    }

    private void Encode(float sample, Span<byte> bytes)
    {
        if (_bits == 32)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, sample);
            return;
        }
        int value = Quantize(sample, _bits) >> (32 - _bits);
        bytes[0] = (byte)value;
        bytes[1] = (byte)(value >> 8);
        if (_bits == 24)
            bytes[2] = (byte)(value >> 16);
    }

    private static void PatchHeader(MemoryStream header, long at, long value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(header.GetBuffer().AsSpan((int)at), (uint)value);

    private void Patch(long at, long value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        _stream.Position = _start + at;
        _stream.Write(bytes);
    }

    private static void WriteInfo(BinaryWriter writer, AudioMetadata metadata)
    {
        var entries = new[] { ("INAM", metadata.Title), ("ISFT", metadata.Software), ("ICMT", metadata.Recipe) }
            .Where(e => !string.IsNullOrEmpty(e.Item2))
            .Select(e => (Id: e.Item1, Text: Encoding.UTF8.GetBytes(e.Item2 + "\0")))
            .ToArray();
        if (entries.Length == 0)
            return;
        writer.Write("LIST"u8);
        writer.Write(4 + entries.Sum(e => 8 + e.Text.Length + (e.Text.Length & 1)));
        writer.Write("INFO"u8);
        foreach (var (id, text) in entries)
        {
            writer.Write(Encoding.ASCII.GetBytes(id));
            writer.Write(text.Length);
            writer.Write(text);
            if ((text.Length & 1) != 0)
                writer.Write((byte)0);
        }
    }

    // The usual loudspeakers: mono in the middle, stereo, quad, 5.0, 5.1, 7.1; 0 says nothing.
    private static uint ChannelMask(int channels) =>
        channels switch
        {
            1 => 0x4,
            2 => 0x3,
            4 => 0x33,
            5 => 0x37,
            6 => 0x3F,
            8 => 0x63F,
            _ => 0,
        };
}
