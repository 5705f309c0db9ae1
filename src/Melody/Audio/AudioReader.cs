using System.Globalization;

namespace Melody.Audio;

/// <summary>
/// A sound file read block by block, so that its length does not matter; <see cref="Open(string)"/> finds the reader that
/// its first bytes ask for. Every failure is a <see cref="MelodyException"/> that names the file.
/// </summary>
/// <param name="source">The bytes; disposed with the reader unless <see cref="LeaveOpen"/>.</param>
/// <param name="name">How the file is called in messages.</param>
internal abstract class AudioReader(Stream source, string name) : IDisposable
{
    /// <summary>Samples beyond this are not sound: 120 dB above full scale.</summary>
    public const float LoudestSample = 1e6f;

    private const int BlockFrames = 1 << 14;

    /// <summary>How the file is called in messages.</summary>
    public string Name { get; } = name;

    /// <summary>Frames a second, Hz.</summary>
    public int SampleRate { get; protected init; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; protected init; }

    /// <summary>Frames that the file says it has, or null where it does not say; fewer or more may come.</summary>
    public long? Frames { get; protected set; }

    /// <summary>The text in the file.</summary>
    public AudioMetadata Metadata { get; protected init; } = AudioMetadata.None;

    /// <summary>What a listener should know of the file, such as that it ends early; complete once all is read, else null.</summary>
    public string? Remark { get; protected set; }

    /// <summary>Whether the stream stays open when the reader is disposed.</summary>
    public bool LeaveOpen { get; set; }

    /// <summary>The bytes.</summary>
    protected Stream Source { get; } = source;

    /// <summary>Opens a sound file.</summary>
    /// <exception cref="MelodyException">The file is missing, empty, damaged, no audio, or libsndfile is needed and missing.</exception>
    public static AudioReader Open(string path)
    {
        var stream = SoundStream.Open(path);
        try
        {
            return Open(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens the sound in a stream that can seek, from its start; the reader disposes it, unless opening fails.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">How they are called in messages.</param>
    /// <exception cref="MelodyException">They are empty, damaged, no audio, or libsndfile is needed and missing.</exception>
    public static AudioReader Open(Stream stream, string name)
    {
        try
        {
            stream.Position = 0;
            if (stream.Length == 0)
                throw new MelodyException($"'{name}' is empty; give an audio file.");
            return AudioSniffer.Open(stream, name);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(name, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"Cannot read '{name}': {e.Message}", e);
        }
    }

    /// <summary>Opens the sound in the rest of a stream, which stays open and need not seek.</summary>
    /// <exception cref="MelodyException">The bytes are damaged or no audio.</exception>
    public static AudioReader OpenRest(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const string name = "stream";
        if (!stream.CanSeek)
            return Open(SoundStream.Spool(stream, name), name);
        var source = stream.Position == 0 ? stream : new SectionStream(stream, stream.Position, stream.Length - stream.Position);
        var reader = Open(source, name);
        reader.LeaveOpen = true;
        return reader;
    }

    /// <summary>Fills as many whole frames as there are and fit; returns their number, 0 at the end.</summary>
    public int Read(Span<float> interleaved)
    {
        int frames;
        try
        {
            frames = ReadFrames(interleaved[..(interleaved.Length / Channels * Channels)]);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(Name, e);
        }
        catch (IOException e)
        {
            throw new MelodyException($"Cannot read '{Name}': {e.Message}", e);
        }
        foreach (float sample in interleaved[..(frames * Channels)])
            if (!(MathF.Abs(sample) <= LoudestSample))
                throw new MelodyException(
                    float.IsFinite(sample)
                        ? $"'{Name}' holds samples above a million times full scale; it is damaged, or its samples are not sound."
                        : $"'{Name}' holds samples that are not numbers; it is damaged."
                );
        return frames;
    }

    /// <summary>Continues at that frame.</summary>
    public abstract void Seek(long frame);

    /// <summary>Reads whole frames into a span of whole frames.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message is a part of a sentence.</exception>
    protected abstract int ReadFrames(Span<float> interleaved);

    /// <summary>The rest of the file, interleaved.</summary>
    /// <param name="maximumSeconds">More than that is refused.</param>
    public float[] ReadToEnd(double? maximumSeconds = null) => Collect(maximumSeconds, Channels, Read, SampleRate);

    /// <summary>
    /// The rest of the file in one or two channels at <paramref name="sampleRate"/>, mixed and resampled while it is read.
    /// </summary>
    /// <exception cref="MelodyException">It is damaged, or lasts longer than <paramref name="maximumSeconds"/>.</exception>
    public AudioClip ReadMixed(int sampleRate, int channels, double? maximumSeconds = null)
    {
        var mixed = new MixedReader(this, sampleRate, channels);
        return AudioClip.Adopt(Collect(maximumSeconds, channels, mixed.Read, sampleRate), sampleRate, channels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !LeaveOpen)
            Source.Dispose();
    }

    /// <summary>The remark on a file that ends before its header says so.</summary>
    /// <param name="frames">What there was.</param>
    protected string Shortfall(long frames) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"'{Name}' ends after {(double)frames / SampleRate:0.##} of the {(double)(Frames ?? 0) / SampleRate:0.##} seconds "
                + $"that its header promises; what is there is used."
        );

    private static MelodyException Damaged(string name, InvalidDataException e) => new($"'{name}' is damaged: {e.Message}.", e);

    private delegate int ReadBlock(Span<float> interleaved);

    // The header's length may lie: it chooses the first buffer up to 64 MB, and is believed once that much has come.
    private float[] Collect(double? maximumSeconds, int channels, ReadBlock read, int rate)
    {
        double seconds = (double)(Frames ?? 0) / SampleRate;
        if (seconds > maximumSeconds)
            throw TooLong(maximumSeconds.Value);
        long limit = maximumSeconds is { } most
            ? (long)Math.Min((Math.Ceiling(most * rate) + 1) * channels, Array.MaxLength)
            : Array.MaxLength;
        long expected = (long)Math.Min(seconds * rate + 1 + BlockFrames, Array.MaxLength) * channels;
        var samples = new float[Math.Clamp(expected, BlockFrames * channels, 1 << 24)];
        int count = 0;
        while (true)
        {
            if (samples.Length - count < BlockFrames * channels)
            {
                long size =
                    expected > samples.Length && samples.Length >= 1 << 24
                        ? expected
                        : Math.Max(2L * samples.Length, count + (long)BlockFrames * channels);
                size = Math.Min(size, Array.MaxLength);
                if (size - count < BlockFrames * channels)
                    throw new MelodyException($"'{Name}' is too long to hold in memory; cut it into parts.");
                try
                {
                    Array.Resize(ref samples, (int)size);
                }
                catch (OutOfMemoryException e)
                {
                    throw new MelodyException($"'{Name}' is too long for this machine's memory; cut it into parts.", e);
                }
            }
            int frames = read(samples.AsSpan(count, BlockFrames * channels));
            if (frames == 0)
                break;
            count += frames * channels;
            if (count > limit)
                throw maximumSeconds is { } allowed
                    ? TooLong(allowed)
                    : new MelodyException($"'{Name}' is too long to hold in memory; cut it into parts.");
        }
        if (samples.Length != count)
            Array.Resize(ref samples, count);
        return samples;
    }

    private MelodyException TooLong(double seconds) =>
        new(FormattableString.Invariant($"'{Name}' lasts longer than the {seconds:0.##} seconds that are accepted here; cut it first."));
}
