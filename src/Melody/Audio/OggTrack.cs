namespace Melody.Audio;

/// <summary>The sound of one logical stream.</summary>
internal abstract class OggTrack : IDisposable
{
    /// <summary>Hz.</summary>
    public int SampleRate { get; protected init; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; protected init; }

    /// <summary>Frames, as far as the pages tell.</summary>
    public long? Frames { get; protected init; }

    /// <summary>The text in the stream.</summary>
    public AudioMetadata Metadata { get; protected init; } = AudioMetadata.None;

    /// <summary>Reads whole frames, in the order of channels of a WAV file; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    public abstract int Read(Span<float> interleaved);

    /// <summary>Opens the sound of a logical stream.</summary>
    /// <exception cref="InvalidDataException">Its headers are damaged.</exception>
    public static OggTrack Open(Stream stream, OggLink link)
    {
        var packets = new OggPackets(stream, link);
        return link.Coding switch
        {
            OggCoding.Vorbis => new VorbisTrack(packets, link),
            OggCoding.Opus => new OpusTrack(packets, link),
            _ => new OggFlacTrack(packets, link),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the decoder.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>The next header packet.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    protected static byte[] Header(OggPackets packets) =>
        packets.Next()?.Data ?? throw new InvalidDataException("it ends within its headers");
}
