using System.Buffers;

namespace Melody.Audio;

/// <summary>Puts the packets of one logical stream into pages.</summary>
/// <param name="stream">Where they go.</param>
/// <param name="serial">Of the logical stream.</param>
internal sealed class OggPageWriter(Stream stream, uint serial)
{
    private const int MostSegments = 255;
    private const int Full = 1 << 13; // bytes after which a page is written

    private readonly List<byte> _segments = [];
    private readonly ArrayBufferWriter<byte> _body = new();
    private uint _number;
    private long _granule = -1;
    private bool _continues;

    /// <summary>Adds a packet that ends at <paramref name="granule"/>.</summary>
    public void Add(ReadOnlySpan<byte> packet, long granule)
    {
        if (_body.WrittenCount >= Full)
            Flush();
        while (true)
        {
            if (_segments.Count == MostSegments)
                Write(last: false, continued: true);
            int piece = Math.Min(packet.Length, 255);
            _segments.Add((byte)piece);
            _body.Write(packet[..piece]);
            packet = packet[piece..];
            if (piece < 255)
                break;
        }
        _granule = granule;
    }

    /// <summary>Ends the page, as headers ask for; nothing is written where nothing is.</summary>
    public void Flush()
    {
        if (_segments.Count > 0)
            Write(last: false, continued: false);
    }

    /// <summary>Writes the last page.</summary>
    public void Finish(long granule)
    {
        _granule = granule;
        Write(last: true, continued: false);
    }

    private void Write(bool last, bool continued)
    {
        int flags = (_continues ? 1 : 0) | (_number == 0 ? 2 : 0) | (last ? 4 : 0);
        // a page on which no packet ends has no position
        bool ends = _segments.Any(s => s < 255) || last;
        new OggPage(0, serial, _number++, flags, ends ? _granule : -1, [.. _segments], _body.WrittenSpan.ToArray()).Write(stream);
        _segments.Clear();
        _body.ResetWrittenCount();
        _continues = continued;
    }
}
