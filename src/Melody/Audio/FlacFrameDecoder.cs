namespace Melody.Audio;

/// <summary>
/// Decodes the frames of a FLAC stream (RFC 9639, section 9): constant, verbatim, fixed and linear prediction, Rice-coded
/// residuals, decorrelated stereo. Both checksums of every frame are compared.
/// </summary>
internal sealed class FlacFrameDecoder
{
    private static readonly int[][] FixedCoefficients =
    [
        [],
        [1],
        [2, -1],
        [3, -3, 1],
        [4, -6, 4, -1],
    ];

    private readonly FlacBits _bits;
    private readonly FlacStreamInfo _info;
    private readonly long[][] _channels;
    private readonly int[] _coefficients = new int[32];

    public FlacFrameDecoder(FlacBits bits, FlacStreamInfo info)
    {
        (_bits, _info) = (bits, info);
        _channels = [.. Enumerable.Range(0, info.Channels).Select(_ => Array.Empty<long>())];
    }

    /// <summary>The samples of the last frame, whole numbers of <see cref="FlacStreamInfo.Bits"/> bits.</summary>
    /// <param name="channel">From 0.</param>
    public ReadOnlySpan<long> Channel(int channel) => _channels[channel].AsSpan(0, BlockSize);

    /// <summary>Forgets the last frame.</summary>
    public void Clear() => BlockSize = 0;

    /// <summary>Samples of a channel in the last frame.</summary>
    public int BlockSize { get; private set; }

    /// <summary>Decodes the frame whose header was found at the next byte.</summary>
    /// <exception cref="InvalidDataException">The frame is damaged.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within the frame.</exception>
    public void Decode(FlacFrameHeader header, int headerLength)
    {
        if (header.Channels != _info.Channels || (header.SampleRate ?? _info.SampleRate) != _info.SampleRate)
            throw new InvalidDataException("its channels or its rate change on the way");
        int bits = header.Bits ?? _info.Bits;
        if (bits != _info.Bits)
            throw new InvalidDataException("the bits of its samples change on the way");
        BlockSize = 0;
        for (int channel = 0; channel < _channels.Length; channel++)
            if (_channels[channel].Length < header.BlockSize)
                _channels[channel] = new long[header.BlockSize];
        _bits.Mark();
        for (int i = 0; i < headerLength; i++)
            _bits.Read(8);
        for (int channel = 0; channel < _channels.Length; channel++)
        {
            bool side = header.Assignment == 9 ? channel == 0 : header.Assignment is 8 or 10 && channel == 1;
            DecodeSubframe(_channels[channel].AsSpan(0, header.BlockSize), bits + (side ? 1 : 0));
        }
        _bits.AlignToByte();
        ushort crc = FlacCrc.Crc16(_bits.Marked);
        if (_bits.Read(16) != crc)
            throw new InvalidDataException("the checksum of a frame is wrong");
        Correlate(header.Assignment, header.BlockSize);
        BlockSize = header.BlockSize;
    }

    private void DecodeSubframe(Span<long> samples, int bits)
    {
        if (_bits.Read(1) != 0)
            throw new InvalidDataException("a subframe does not start with a zero");
        int type = (int)_bits.Read(6);
        int wasted = _bits.Read(1) == 0 ? 0 : (int)Math.Min(_bits.ReadUnary() + 1, 64);
        bits -= wasted;
        if (bits < 1)
            throw new InvalidDataException("a subframe has no bits");
        switch (type)
        {
            case 0:
                samples.Fill(_bits.ReadSigned(bits));
                break;
            case 1:
                foreach (ref long sample in samples)
                    sample = _bits.ReadSigned(bits);
                break;
            case >= 8 and <= 12:
                Warm(samples, type - 8, bits);
                DecodeResidual(samples, type - 8);
                Predict(samples, FixedCoefficients[type - 8], 0);
                break;
            case >= 32:
                DecodeLinear(samples, type - 31, bits);
                break;
            default:
                throw new InvalidDataException($"a subframe has the unknown type {type}");
        }
        if (wasted > 0)
            foreach (ref long sample in samples)
                sample <<= wasted;
    }

    private void DecodeLinear(Span<long> samples, int order, int bits)
    {
        Warm(samples, order, bits);
        int precision = (int)_bits.Read(4) + 1,
            shift = (int)_bits.ReadSigned(5);
        if (precision == 16 || shift < 0)
            throw new InvalidDataException("a predictor is impossible");
        for (int i = 0; i < order; i++)
            _coefficients[i] = (int)_bits.ReadSigned(precision);
        DecodeResidual(samples, order);
        Predict(samples, _coefficients.AsSpan(0, order), shift);
    }

    private void Warm(Span<long> samples, int order, int bits)
    {
        if (order > samples.Length)
            throw new InvalidDataException("a predictor is longer than its block");
        for (int i = 0; i < order; i++)
            samples[i] = _bits.ReadSigned(bits);
    }

    private void DecodeResidual(Span<long> samples, int order)
    {
        long method = _bits.Read(2);
        if (method > 1)
            throw new InvalidDataException("a residual is coded in an unknown way");
        int parameterBits = (int)method + 4,
            escape = (1 << parameterBits) - 1,
            partitionOrder = (int)_bits.Read(4),
            length = samples.Length >> partitionOrder;
        if (length << partitionOrder != samples.Length || length < order)
            throw new InvalidDataException("a block cannot be divided as it says");
        for (int start = order, end = length; end <= samples.Length; start = end, end += length)
        {
            var part = samples[start..end];
            int parameter = (int)_bits.Read(parameterBits);
            if (parameter < escape)
            {
                _bits.ReadRice(part, parameter);
                continue;
            }
            int bits = (int)_bits.Read(5);
            foreach (ref long value in part)
                value = _bits.ReadSigned(bits);
        }
    }

    // The residual stands where the samples are going to.
    private static void Predict(Span<long> samples, ReadOnlySpan<int> coefficients, int shift)
    {
        int order = coefficients.Length;
        for (int i = order; i < samples.Length; i++)
        {
            var past = samples.Slice(i - order, order);
            long sum = 0;
            for (int k = 0; k < past.Length; k++)
                sum += coefficients[order - 1 - k] * past[k];
            samples[i] += sum >> shift;
        }
    }

    private void Correlate(int assignment, int length)
    {
        if (assignment < 8)
            return;
        Span<long> first = _channels[0].AsSpan(0, length),
            second = _channels[1].AsSpan(0, length);
        for (int i = 0; i < length; i++)
            (first[i], second[i]) = assignment switch
            {
                8 => (first[i], first[i] - second[i]),
                9 => (first[i] + second[i], second[i]),
                _ => Middle(first[i], second[i]),
            };
    }

    private static (long Left, long Right) Middle(long middle, long side)
    {
        middle = middle << 1 | side & 1;
        return ((middle + side) >> 1, (middle - side) >> 1);
    }
}
