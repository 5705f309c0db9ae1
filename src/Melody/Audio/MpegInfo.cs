using System.Buffers.Binary;

namespace Melody.Audio;

/// <summary>
/// The frame without sound that encoders put first: Xing's or LAME's ("Info"), or Fraunhofer's ("VBRI"). It tells how many
/// frames follow and how much the encoder added in front and behind.
/// </summary>
/// <param name="Frames">Frames that follow; null when it does not say.</param>
/// <param name="Delay">Samples that the encoder added in front; null when it does not say.</param>
/// <param name="Padding">Samples that it added behind.</param>
internal sealed record MpegInfo(long? Frames, int? Delay, int Padding)
{
    /// <summary>Samples that every decoder of Layer III adds in front.</summary>
    public const int DecoderDelay = 529;

    /// <summary>Reads the tag of a whole frame; null when the frame is one of sound.</summary>
    public static MpegInfo? Parse(MpegHeader header, ReadOnlySpan<byte> frame)
    {
        if (header.Layer != 3)
            return null;
        if (frame.Length >= 36 + 18 && frame[36..].StartsWith("VBRI"u8))
            return new(BinaryPrimitives.ReadUInt32BigEndian(frame[(36 + 14)..]), null, 0);
        int at = MpegHeader.Length + header.SideInfoLength;
        if (frame.Length < at + 8 || !(frame[at..].StartsWith("Xing"u8) || frame[at..].StartsWith("Info"u8)))
            return null;
        uint flags = BinaryPrimitives.ReadUInt32BigEndian(frame[(at + 4)..]);
        at += 8;
        long? frames = null;
        if ((flags & 1) != 0 && frame.Length >= at + 4)
            frames = BinaryPrimitives.ReadUInt32BigEndian(frame[at..]);
        at += ((flags & 1) != 0 ? 4 : 0) + ((flags & 2) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 100 : 0) + ((flags & 8) != 0 ? 4 : 0);
        const int gaps = 21; // after the encoder's name, its version, low-pass, gains and bit rate
        if (frame.Length < at + gaps + 3 || !char.IsAsciiLetter((char)frame[at]))
            return new(frames, null, 0);
        int value = frame[at + gaps] << 16 | frame[at + gaps + 1] << 8 | frame[at + gaps + 2],
            delay = value >> 12,
            padding = value & 0xFFF;
        return delay == 0 && padding == 0 ? new(frames, null, 0) : new(frames, delay, padding);
    }
}
