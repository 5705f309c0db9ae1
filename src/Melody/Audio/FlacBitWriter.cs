using System.Buffers.Binary;

namespace Melody.Audio;

/// <summary>Bits into a buffer that grows, the most significant first.</summary>
internal sealed class FlacBitWriter
{
    private byte[] _bytes = new byte[1 << 15];
    private int _length;
    private ulong _cache; // the last bits, at the bottom
    private int _bits;

    /// <summary>The whole bytes so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_length, _cache, _bits) = (0, 0, 0);

    /// <summary>Writes the lowest 0 to 33 bits of a number, which may be negative.</summary>
    public void Write(long value, int count)
    {
        if (_bits + count > 64)
            Flush();
        if (count == 0)
            return;
        _cache = _cache << count | (ulong)value & ulong.MaxValue >> (64 - count);
        _bits += count;
    }

    /// <summary>Writes zeros and a one.</summary>
    public void WriteUnary(long zeros)
    {
        for (; zeros > 31; zeros -= 31)
            Write(0, 31);
        Write(1, (int)zeros + 1);
    }

    /// <summary>Writes a number as Rice code, the sign folded in at the bottom.</summary>
    public void WriteRice(long value, int parameter)
    {
        long folded = value << 1 ^ value >> 63;
        WriteUnary(folded >> parameter);
        Write(folded, parameter);
    }

    /// <summary>Zeros up to a whole byte, and everything into the buffer.</summary>
    public void AlignToByte()
    {
        Flush();
        if (_bits > 0)
            Write(0, 8 - _bits);
        Flush();
    }

    // Fewer than eight bits stay.
    private void Flush()
    {
        if (_length + 8 > _bytes.Length)
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        if (_bits == 0)
            return;
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(_length), _cache << (64 - _bits));
        _length += _bits / 8;
        _bits %= 8;
        _cache &= (1UL << _bits) - 1;
    }
}
