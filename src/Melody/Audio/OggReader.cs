namespace Melody.Audio;

/// <summary>
/// Ogg files by managed code: Vorbis, Opus and FLAC, every stream of a chained file. Pages are checked; a damaged or missing
/// one is an error. A file that ends early gives what it has, and says so in <see cref="AudioReader.Remark"/>.
/// </summary>
internal sealed class OggReader : AudioReader
{
    private readonly IReadOnlyList<OggLink> _links;
    private OggTrack _track;
    private int _link;

    /// <summary>Reads the headers of a stream that stands at its first page.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public OggReader(Stream stream, string name)
        : base(stream, name)
    {
        _links = OggLink.Scan(stream);
        _track = OggTrack.Open(stream, _links[0]);
        (SampleRate, Channels, Metadata) = (_track.SampleRate, _track.Channels, _track.Metadata);
        Frames = Total();
        if (!_links[^1].Ended)
            Remark = $"'{Name}' has no end: it was cut short; what is there is used.";
    }

    /// <summary>Opens the reader for what the first stream holds.</summary>
    /// <exception cref="MelodyException">It needs libsndfile, which is missing.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static AudioReader OpenCoded(Stream stream, string name)
    {
        long start = stream.Position;
        var links = OggLink.Scan(stream);
        stream.Position = start;
        if (links[0].Channels <= 2 || links[0].Coding != OggCoding.Vorbis)
            return new OggReader(stream, name);
        // NVorbis decodes the submaps wrongly that more than two channels have
        if (links.Count > 1)
            throw new InvalidDataException("it is chained of several streams of more than two channels, which cannot be read");
        OggLink.CheckPages(stream);
        stream.Position = start;
        return new SoundFileReader(stream, name, ChannelOrder.FromVorbis(links[0].Channels));
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        Start(0);
        var skipped = new float[4096 * Channels];
        for (long left = Math.Max(frame, 0); left > 0; )
        {
            int count = ReadFrames(skipped.AsSpan(0, (int)Math.Min(left, 4096) * Channels));
            if (count == 0)
                return;
            left -= count;
        }
    }

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        int total = 0;
        while (total * Channels < interleaved.Length)
        {
            int count = _track.Read(interleaved[(total * Channels)..]);
            total += count;
            if (count > 0)
                continue;
            if (_link + 1 == _links.Count)
                break;
            Start(_link + 1);
        }
        return total;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _track.Dispose();
        base.Dispose(disposing);
    }

    private void Start(int link)
    {
        _track.Dispose();
        _link = link;
        _track = OggTrack.Open(Source, _links[link]);
        if (_track.SampleRate != SampleRate || _track.Channels != Channels)
            throw new InvalidDataException(
                $"it changes from {SampleRate} Hz with {Channels} channels to {_track.SampleRate} Hz with {_track.Channels} on the way"
            );
    }

    // The headers of later streams are read for their lengths: Opus starts with samples that are not played.
    private long? Total()
    {
        long? total = _track.Frames;
        for (int i = 1; i < _links.Count && total is not null; i++)
            using (var track = OggTrack.Open(Source, _links[i]))
                total += track.Frames;
        if (_links.Count > 1)
        {
            _track.Dispose();
            _track = OggTrack.Open(Source, _links[0]);
        }
        return total;
    }
}
