using System.Buffers.Binary;

namespace Melody.Audio;

/// <summary>The identification header of Opus (RFC 7845, section 5.1).</summary>
/// <param name="Channels">Channels that are played.</param>
/// <param name="PreSkip">Samples at 48 kHz that are decoded and not played at the start.</param>
/// <param name="InputRate">Hz of what was encoded; 0 when nobody says.</param>
/// <param name="Gain">Factor on all samples.</param>
/// <param name="Family">How channels are mapped: 0 mono or stereo, 1 loudspeakers in the order of Vorbis, 255 no order.</param>
/// <param name="Streams">Streams in a packet.</param>
/// <param name="Coupled">How many of them are stereo.</param>
/// <param name="Mapping">For each channel the decoded channel.</param>
internal sealed record OpusHead(int Channels, int PreSkip, int InputRate, double Gain, int Family, int Streams, int Coupled, byte[] Mapping)
{
    /// <summary>The rate of positions in the file, Hz.</summary>
    public const int ClockRate = 48000;

    private static readonly int[] Rates = [8000, 12000, 16000, 24000, 48000];

    /// <summary>The rate to decode at: that of the source where Opus knows it, Hz.</summary>
    public int DecodingRate => Rates.Contains(InputRate) ? InputRate : ClockRate;

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static OpusHead Parse(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 19 || !packet.StartsWith("OpusHead"u8) || packet[8] > 15)
            throw new InvalidDataException("its header of Opus is too short or too new");
        int channels = packet[9],
            family = packet[18];
        double gain = Math.Pow(10, BinaryPrimitives.ReadInt16LittleEndian(packet[16..]) / (20.0 * 256));
        byte[] mapping = channels == 2 ? [0, 1] : [0];
        int streams = 1,
            coupled = channels - 1;
        if (family != 0)
        {
            if (packet.Length < 21 + channels)
                throw new InvalidDataException("its header of Opus is too short");
            (streams, coupled, mapping) = (packet[19], packet[20], packet.Slice(21, channels).ToArray());
        }
        bool possible =
            channels is >= 1 and <= AudioClip.MaximumChannels
            && (family != 0 || channels <= 2)
            && streams >= 1
            && coupled <= streams
            && streams + coupled <= 255
            && Array.TrueForAll(mapping, m => m == 255 || m < streams + coupled);
        if (!possible)
            throw new InvalidDataException($"its header of Opus maps {channels} channels in an impossible way");
        return new(
            channels,
            BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]),
            (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(packet[12..]), int.MaxValue),
            gain,
            family,
            streams,
            coupled,
            mapping
        );
    }

    /// <summary>Writes the header.</summary>
    public byte[] Create()
    {
        var packet = new byte[Family == 0 ? 19 : 21 + Channels];
        "OpusHead"u8.CopyTo(packet);
        packet[8] = 1;
        packet[9] = (byte)Channels;
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(10), (ushort)PreSkip);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(12), InputRate);
        packet[18] = (byte)Family;
        if (Family != 0)
        {
            (packet[19], packet[20]) = ((byte)Streams, (byte)Coupled);
            Mapping.CopyTo(packet.AsSpan(21));
        }
        return packet;
    }
}
