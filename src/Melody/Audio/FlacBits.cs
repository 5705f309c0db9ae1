using System.Buffers.Binary;
using System.Numerics;

namespace Melody.Audio;

/// <summary>
/// The bits of a FLAC stream, the most significant first, with a memory of the bytes since <see cref="Mark"/> for the
/// checksums. The end of the stream is an <see cref="EndOfStreamException"/>.
/// </summary>
/// <param name="stream">Read from where it stands; it stays the caller's.</param>
internal sealed class FlacBits(Stream stream)
{
    // No frame is longer: 65,535 samples of 33 bits in 8 channels are 2.2 MB.
    private const int LongestFrame = 1 << 24;

    private byte[] _buffer = new byte[1 << 16];
    private int _mark,
        _at,
        _end;
    private long _origin = stream.CanSeek ? stream.Position : 0; // place in the stream of the buffer's first byte
    private ulong _cache; // the next bits from the top on, zeros below
    private int _bits;

    /// <summary>Place in the stream of the next whole byte.</summary>
    public long Position => _origin + _at - _bits / 8;

    /// <summary>Continues at another place of a stream that can seek.</summary>
    public void Seek(long position)
    {
        stream.Position = position;
        (_origin, _mark, _at, _end, _cache, _bits) = (position, 0, 0, 0, 0, 0);
    }

    /// <summary>Starts the range of a checksum at the next whole byte.</summary>
    public void Mark()
    {
        Rewind();
        _mark = _at;
    }

    /// <summary>The bytes from the mark to the next whole byte.</summary>
    public ReadOnlySpan<byte> Marked => _buffer.AsSpan(_mark, _at - _bits / 8 - _mark);

    /// <summary>Drops the bits up to the next whole byte; they have to be zeros.</summary>
    public void AlignToByte()
    {
        if (Read(_bits & 7) != 0)
            throw new InvalidDataException("the padding of a frame is not zero");
    }

    /// <summary>The next bytes without moving on, fewer at the end of the stream.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        Rewind();
        while (_end - _at < count && Load()) { }
        return _buffer.AsSpan(_at, Math.Min(count, _end - _at));
    }

    /// <summary>Moves on by whole bytes.</summary>
    public void Skip(long count)
    {
        Rewind();
        if (stream.CanSeek && count > _end - _at)
        {
            if (Position + count > stream.Length)
                throw new EndOfStreamException();
            Seek(Position + count);
            return;
        }
        while (count > 0)
        {
            if (_end == _at && !Load())
                throw new EndOfStreamException();
            int part = (int)Math.Min(count, _end - _at);
            _at = _mark = _at + part;
            count -= part;
        }
    }

    /// <summary>The next 0 to 33 bits as an unsigned number.</summary>
    public long Read(int count)
    {
        if (count == 0)
            return 0;
        if (_bits < count)
            Fill(count);
        ulong value = _cache >> (64 - count);
        _cache <<= count;
        _bits -= count;
        return (long)value;
    }

    /// <summary>The next 0 to 33 bits as a number in two's complement.</summary>
    public long ReadSigned(int count) => count == 0 ? 0 : Read(count) << (64 - count) >> (64 - count);

    /// <summary>The number of zeros before the next one, which is read too.</summary>
    public long ReadUnary()
    {
        long zeros = 0;
        while (true)
        {
            if (_bits == 0)
                Fill(1);
            int run = BitOperations.LeadingZeroCount(_cache);
            if (run < _bits)
            {
                _cache <<= run + 1;
                _bits -= run + 1;
                return zeros + run;
            }
            zeros += _bits;
            (_cache, _bits) = (0, 0);
        }
    }

    /// <summary>
    /// Rice-coded numbers (RFC 9639, section 9.2.7.2): a quotient in unary, <paramref name="parameter"/> bits, the sign last.
    /// </summary>
    public void ReadRice(Span<long> values, int parameter)
    {
        for (int i = 0; i < values.Length; i++)
        {
            long folded = ReadUnary() << parameter | Read(parameter);
            values[i] = folded >> 1 ^ -(folded & 1);
        }
    }

    // At most 56 bits are kept, so that no shift is by a whole word.
    private void Fill(int count)
    {
        if (_end - _at >= 8)
        {
            int bytes = (56 - _bits) >> 3;
            ulong next = BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(_at)) & ulong.MaxValue << (64 - 8 * bytes);
            _cache |= next >> _bits;
            _bits += 8 * bytes;
            _at += bytes;
            return;
        }
        while (_bits <= 48)
        {
            if (_at == _end && !Load())
            {
                if (_bits >= count)
                    return;
                throw new EndOfStreamException();
            }
            _cache |= (ulong)_buffer[_at++] << (56 - _bits);
            _bits += 8;
        }
    }

    // Whole bytes in the cache go back into the buffer.
    private void Rewind()
    {
        _at -= _bits / 8;
        (_cache, _bits) = (0, 0);
    }

    private bool Load()
    {
        if (_mark > 0)
        {
            _buffer.AsSpan(_mark, _end - _mark).CopyTo(_buffer);
            (_origin, _at, _end, _mark) = (_origin + _mark, _at - _mark, _end - _mark, 0);
        }
        if (_end == _buffer.Length)
        {
            if (_end >= LongestFrame)
                throw new InvalidDataException("a frame does not end");
            Array.Resize(ref _buffer, 2 * _end);
        }
        int count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
