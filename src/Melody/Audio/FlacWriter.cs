using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Melody.Audio;

/// <summary>
/// Writes FLAC (RFC 9639) of 16 or 24 bits: blocks of 4,096 samples, fixed and linear predictors, stereo as whichever of four
/// pairs is shortest, Rice-coded residuals. Length, frame sizes and the MD5 sum of the samples are filled in by
/// <see cref="Finish"/>.
/// </summary>
internal sealed class FlacWriter : AudioWriter
{
    private const int BlockSize = 4096;
    private const long MostSamples = (1L << 36) - 1;

    private readonly Stream _stream;
    private readonly int _sampleRate,
        _channels,
        _depth;
    private readonly long _infoAt;
    private readonly long[][] _block;
    private readonly FlacLinearPrediction _prediction = new(BlockSize);
    private readonly FlacBitWriter _bits = new();
    private readonly byte[] _plain;
#pragma warning disable CA5351 // the format asks for MD5, as a checksum
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
    private int _filled;
    private long _frames,
        _samples;
    private int _shortest = int.MaxValue,
        _longest;

    /// <summary>Writes the metadata.</summary>
    public FlacWriter(Stream stream, int sampleRate, int channels, int bits, AudioMetadata metadata)
    {
        (_stream, _sampleRate, _channels, _depth) = (stream, sampleRate, channels, bits);
        _block = [.. Enumerable.Range(0, channels).Select(_ => new long[BlockSize])];
        _plain = new byte[BlockSize * channels * (bits / 8)];
        stream.Write("fLaC"u8);
        _infoAt = stream.Position;
        WriteInfo(new byte[16]);
        var comment = VorbisComment.Create(metadata);
        if (comment.Length >= 1 << 24)
            throw new MelodyException("The text for the FLAC file is longer than 16 MB; shorten it.");
        stream.Write([0x84, (byte)(comment.Length >> 16), (byte)(comment.Length >> 8), (byte)comment.Length]);
        stream.Write(comment);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> interleaved)
    {
        int shift = 32 - _depth;
        for (int at = 0; at < interleaved.Length; at += _channels)
        {
            for (int channel = 0; channel < _channels; channel++)
                _block[channel][_filled] = Quantize(interleaved[at + channel], _depth) >> shift;
            if (++_filled == BlockSize)
                WriteFrame();
        }
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_filled > 0)
            WriteFrame();
        long end = _stream.Position;
        _stream.Position = _infoAt;
        WriteInfo(_hash.GetHashAndReset());
        _stream.Position = end;
        _stream.Flush();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    private void WriteFrame()
    {
        if (_samples + _filled > MostSamples)
            throw new MelodyException("A FLAC file ends at 2^36 samples; write it in parts.");
        Hash();
        var (assignment, subframes) = Choose();
        _bits.Clear();
        WriteHeader(assignment);
        foreach (var subframe in subframes)
            subframe.Write(_bits);
        _bits.AlignToByte();
        ushort crc = FlacCrc.Crc16(_bits.Bytes);
        _stream.Write(_bits.Bytes);
        _stream.Write([(byte)(crc >> 8), (byte)crc]);
        int size = _bits.Bytes.Length + 2;
        (_shortest, _longest) = (Math.Min(_shortest, size), Math.Max(_longest, size));
        _samples += _filled;
        _frames++;
        _filled = 0;
    }

    private (int Assignment, FlacSubframe[] Subframes) Choose()
    {
        var channels = _block.Select(channel => channel[.._filled]).ToArray();
        if (_channels != 2)
            return (_channels - 1, [.. channels.Select(channel => new FlacSubframe(channel, _depth, _prediction))]);
        long[] middle = new long[_filled],
            side = new long[_filled];
        for (int i = 0; i < _filled; i++)
        {
            side[i] = channels[0][i] - channels[1][i];
            middle[i] = (channels[0][i] + channels[1][i]) >> 1;
        }
        (long[] Samples, int Depth)[] all = [(channels[0], _depth), (channels[1], _depth), (middle, _depth), (side, _depth + 1)];
        // the fixed predictors tell well enough which pair is shortest
        var bits = all.Select(channel => new FlacSubframe(channel.Samples, channel.Depth, null).Bits).ToArray();
        var (assignment, first, second) = new[] { (1, 0, 1), (8, 0, 3), (9, 3, 1), (10, 2, 3) }.MinBy(pair =>
            bits[pair.Item2] + bits[pair.Item3]
        );
        return (assignment, [Make(first), Make(second)]);

        FlacSubframe Make(int channel) => new(all[channel].Samples, all[channel].Depth, _prediction);
    }

    private void WriteHeader(int assignment)
    {
        int rate = FlacFrameHeader.RateCode(_sampleRate);
        bool whole = _filled == BlockSize;
        _bits.Write(0xFFF8, 16);
        _bits.Write(whole ? 12 : 7, 4);
        _bits.Write(rate, 4);
        _bits.Write(assignment, 4);
        _bits.Write(_depth == 16 ? 4 : 6, 3);
        _bits.Write(0, 1);
        WriteNumber(_frames);
        if (!whole)
            _bits.Write(_filled - 1, 16);
        _bits.AlignToByte();
        _bits.Write(FlacCrc.Crc8(_bits.Bytes), 8);
    }

    // Coded like a character in UTF-8, of up to seven bytes.
    private void WriteNumber(long number)
    {
        if (number < 0x80)
        {
            _bits.Write(number, 8);
            return;
        }
        int more = 1;
        while (number >> (6 * more) >= 1 << (6 - more))
            more++;
        _bits.Write((0xFFL << (7 - more) & 0xFF) | number >> (6 * more), 8);
        for (int i = more - 1; i >= 0; i--)
            _bits.Write(0x80L | number >> (6 * i) & 0x3F, 8);
    }

    private void Hash()
    {
        int at = 0;
        for (int i = 0; i < _filled; i++)
            foreach (var channel in _block)
                for (int shift = 0; shift < _depth; shift += 8)
                    _plain[at++] = (byte)(channel[i] >> shift);
        _hash.AppendData(_plain.AsSpan(0, at));
    }

    private void WriteInfo(ReadOnlySpan<byte> md5)
    {
        var block = new byte[4 + FlacStreamInfo.Length];
        block[3] = FlacStreamInfo.Length;
        var info = block.AsSpan(4);
        BinaryPrimitives.WriteUInt16BigEndian(info, BlockSize);
        BinaryPrimitives.WriteUInt16BigEndian(info[2..], BlockSize);
        WriteSize(info[4..], _longest == 0 ? 0 : _shortest);
        WriteSize(info[7..], _longest);
        ulong packed = (ulong)_sampleRate << 44 | (ulong)(_channels - 1) << 41 | (ulong)(_depth - 1) << 36 | (ulong)_samples;
        BinaryPrimitives.WriteUInt64BigEndian(info[10..], packed);
        md5.CopyTo(info[18..]);
        _stream.Write(block);
    }

    private static void WriteSize(Span<byte> bytes, int size) =>
        (bytes[0], bytes[1], bytes[2]) = ((byte)(size >> 16), (byte)(size >> 8), (byte)size);
}
