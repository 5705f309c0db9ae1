using NLayer;

namespace Melody.Audio;

/// <summary>One frame as NLayer reads it: bits from behind the header and its checksum on, -1 past the end.</summary>
internal sealed class Mp3Frame : IMpegFrame
{
    private byte[] _bytes = new byte[4096];
    private MpegHeader _header;
    private int _bit;

    /// <summary>The bytes of the frame, to be filled.</summary>
    public Span<byte> Load(MpegHeader header)
    {
        _header = header;
        if (_bytes.Length < header.FrameLength)
            _bytes = new byte[header.FrameLength];
        return _bytes.AsSpan(0, header.FrameLength);
    }

    /// <inheritdoc/>
    public int SampleRate => _header.SampleRate;

    /// <inheritdoc/>
    public int SampleRateIndex => _header.RateCode;

    /// <inheritdoc/>
    public int FrameLength => _header.FrameLength;

    /// <inheritdoc/>
    public int BitRate => _header.BitRate;

    /// <inheritdoc/>
    public MpegVersion Version =>
        _header.VersionCode switch
        {
            3 => MpegVersion.Version1,
            2 => MpegVersion.Version2,
            _ => MpegVersion.Version25,
        };

    /// <inheritdoc/>
    public MpegLayer Layer =>
        _header.Layer switch
        {
            1 => MpegLayer.LayerI,
            2 => MpegLayer.LayerII,
            _ => MpegLayer.LayerIII,
        };

    /// <inheritdoc/>
    public MpegChannelMode ChannelMode =>
        _header.Mode switch
        {
            0 => MpegChannelMode.Stereo,
            1 => MpegChannelMode.JointStereo,
            2 => MpegChannelMode.DualChannel,
            _ => MpegChannelMode.Mono,
        };

    /// <inheritdoc/>
    public int ChannelModeExtension => _header.ModeExtension;

    /// <inheritdoc/>
    public int SampleCount => _header.Samples;

    /// <inheritdoc/>
    public int BitRateIndex => _header.BitRateCode;

    /// <inheritdoc/>
    public bool IsCopyrighted => (_header.Bits & 8) != 0;

    /// <inheritdoc/>
    public bool HasCrc => _header.HasCrc;

    /// <inheritdoc/>
    public bool IsCorrupted => false;

    /// <inheritdoc/>
    public void Reset() => _bit = 8 * (MpegHeader.Length + (_header.HasCrc ? 2 : 0));

    /// <inheritdoc/>
    public int ReadBits(int bitCount)
    {
        if (_bit + bitCount > 8 * _header.FrameLength)
            return -1;
        int value = 0;
        while (bitCount > 0)
        {
            int left = 8 - (_bit & 7),
                take = Math.Min(left, bitCount);
            value = value << take | _bytes[_bit >> 3] >> (left - take) & (1 << take) - 1;
            _bit += take;
            bitCount -= take;
        }
        return value;
    }
}
