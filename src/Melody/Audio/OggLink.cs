namespace Melody.Audio;

/// <summary>What a logical stream holds.</summary>
internal enum OggCoding
{
    Vorbis,
    Opus,
    Flac,
}

/// <summary>One logical stream of sound; a chained file has several, one after the other.</summary>
/// <param name="Position">Of its first page.</param>
/// <param name="Serial">Tells it from streams of other things beside it.</param>
/// <param name="Coding">What it holds.</param>
/// <param name="Channels">Samples in a frame; 0 for FLAC, which says it later.</param>
/// <param name="FirstGranule">The first position that a page tells after the headers; 0 when none does.</param>
/// <param name="LastGranule">The last one.</param>
/// <param name="Ended">Whether its last page is marked as such; otherwise the file ends early.</param>
/// <param name="SoundPages">Pages that tell a position.</param>
internal sealed record OggLink(
    long Position,
    uint Serial,
    OggCoding Coding,
    int Channels,
    long FirstGranule,
    long LastGranule,
    bool Ended,
    int SoundPages
)
{
    private const int MaximumLinks = 10_000;

    /// <summary>The logical streams of a file, found by their pages' headers without reading what they hold.</summary>
    /// <param name="stream">It can seek, and stands at the first page.</param>
    /// <exception cref="InvalidDataException">There is no stream of sound.</exception>
    public static IReadOnlyList<OggLink> Scan(Stream stream)
    {
        var links = new List<OggLink>();
        OggLink? link = null;
        bool starting = true;
        try
        {
            while (OggPage.Read(stream, withBody: false) is { } page)
            {
                if (page.IsFirst)
                {
                    if (!starting && link is not null)
                    {
                        links.Add(link);
                        link = null;
                    }
                    starting = true;
                    if (link is null && Coded(page.Body) is { } coding)
                        link = new(page.Position, page.Serial, coding, ChannelsOf(coding, page.Body), 0, 0, false, 0);
                    if (links.Count > MaximumLinks)
                        throw new InvalidDataException("it is chained of too many streams");
                    continue;
                }
                starting = false;
                if (link is null || page.Serial != link.Serial)
                    continue;
                if (page.EndsPacket && page.Granule > 0)
                    link = link with
                    {
                        FirstGranule = link.SoundPages == 0 ? page.Granule : link.FirstGranule,
                        LastGranule = page.Granule,
                        SoundPages = link.SoundPages + 1,
                    };
                if (page.IsLast)
                    link = link with { Ended = true };
            }
        }
        catch (InvalidDataException) when (link is not null || links.Count > 0) { } // found again, and told, when it is read
        if (link is not null)
            links.Add(link);
        return links.Count > 0 ? links : throw new InvalidDataException("it holds no stream of Vorbis, Opus or FLAC");
    }

    /// <summary>Reads every page up to the end, for readers that do not tell what is wrong.</summary>
    /// <exception cref="InvalidDataException">A page is damaged.</exception>
    public static void CheckPages(Stream stream)
    {
        while (OggPage.Read(stream, withBody: true) is not null) { }
    }

    private static int ChannelsOf(OggCoding coding, byte[] packet) =>
        coding switch
        {
            OggCoding.Vorbis when packet.Length > 11 => packet[11],
            OggCoding.Opus when packet.Length > 9 => packet[9],
            _ => 0,
        };

    private static OggCoding? Coded(ReadOnlySpan<byte> packet) =>
        packet.StartsWith("\u0001vorbis"u8) ? OggCoding.Vorbis
        : packet.StartsWith("OpusHead"u8) ? OggCoding.Opus
        : packet.StartsWith("\u007FFLAC"u8) ? OggCoding.Flac
        : null;
}
