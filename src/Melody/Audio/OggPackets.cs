using System.Buffers;

namespace Melody.Audio;

/// <summary>The packets of one logical stream, put together from the pages of a file.</summary>
internal sealed class OggPackets
{
    private const int LongestPacket = 1 << 26;

    private readonly Stream _stream;
    private readonly uint _serial;
    private readonly Queue<OggPacket> _ready = new();
    private readonly ArrayBufferWriter<byte> _partial = new();
    private bool _open; // a packet goes on in the next page
    private uint? _number;
    private bool _first = true,
        _ended;

    /// <summary>Starts at the first page of <paramref name="link"/>.</summary>
    public OggPackets(Stream stream, OggLink link)
    {
        (_stream, _serial) = (stream, link.Serial);
        _stream.Position = link.Position;
    }

    /// <summary>Whether the stream ended before its last page was marked as such.</summary>
    public bool EndsEarly { get; private set; }

    /// <summary>The next packet; null at the end.</summary>
    /// <exception cref="InvalidDataException">A page is damaged or missing.</exception>
    public OggPacket? Next() => Peek() is null ? null : _ready.Dequeue();

    /// <summary>The next packet without taking it.</summary>
    public OggPacket? Peek()
    {
        while (_ready.Count == 0 && !_ended)
            ReadPage();
        return _ready.TryPeek(out var packet) ? packet : null;
    }

    /// <summary>The packets up to the first that tells a position, without taking them.</summary>
    public IReadOnlyCollection<OggPacket> PeekPage()
    {
        while (!_ended && !_ready.Any(packet => packet.Granule > 0))
            ReadPage();
        return _ready;
    }

    private void ReadPage()
    {
        var page = OggPage.Read(_stream, withBody: true);
        if (page is null || page.IsFirst && !_first && page.Serial != _serial)
        {
            (_ended, EndsEarly) = (true, true);
            return;
        }
        if (page.Serial != _serial)
            return;
        if (page.IsFirst && !_first) // the same serial again: the next link of a chain of copies
        {
            (_ended, EndsEarly) = (true, true);
            return;
        }
        _first = false;
        if (_number is { } number && page.Number != number + 1)
            throw new InvalidDataException($"pages are missing before byte {page.Position}");
        _number = page.Number;
        if (page.Continues != _open)
            throw new InvalidDataException($"a packet is not whole at byte {page.Position}");
        Split(page);
        _ended = page.IsLast;
    }

    private void Split(OggPage page)
    {
        int at = 0,
            last = Array.FindLastIndex(page.Segments, s => s < 255);
        for (int i = 0; i < page.Segments.Length; i++)
        {
            int length = page.Segments[i];
            if (_partial.WrittenCount + length > LongestPacket)
                throw new InvalidDataException("a packet does not end");
            _partial.Write(page.Body.AsSpan(at, length));
            at += length;
            _open = length == 255;
            if (_open)
                continue;
            long? granule = i == last && page.Granule >= 0 ? page.Granule : null;
            _ready.Enqueue(new(_partial.WrittenSpan.ToArray(), granule, i == last && page.IsLast));
            _partial.ResetWrittenCount();
        }
    }
}
