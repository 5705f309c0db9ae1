namespace Melody.Audio;

/// <summary>
/// A sound file read block by block, so that its length does not matter: WAV by managed code, everything else by
/// libsndfile. Every failure is a <see cref="MelodyException"/> that names the file.
/// </summary>
/// <param name="name">How the file is called in messages.</param>
internal abstract class AudioReader(string name) : IDisposable
{
    private const int BlockFrames = 1 << 14;

    /// <summary>How the file is called in messages.</summary>
    public string Name { get; } = name;

    /// <summary>Frames a second, Hz.</summary>
    public int SampleRate { get; protected init; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; protected init; }

    /// <summary>Frames that the file says it has, or null where it does not say; fewer may come.</summary>
    public long? Frames { get; protected init; }

    /// <summary>The text in the file.</summary>
    public AudioMetadata Metadata { get; protected init; } = AudioMetadata.None;

    /// <summary>Opens a sound file.</summary>
    /// <exception cref="MelodyException">The file is missing, empty, damaged, no audio, or libsndfile is needed and missing.</exception>
    public static AudioReader Open(string path)
    {
        var stream = OpenFile(path);
        try
        {
            if (stream.Length == 0)
                throw new MelodyException($"'{path}' is empty; give an audio file.");
            if (WavReader.Recognizes(stream))
            {
                var wave = WavReader.TryOpen(stream, path);
                if (wave is not null)
                    return wave;
                stream.Position = 0;
            }
            return new SoundFileReader(stream, path);
        }
        catch (Exception e)
        {
            stream.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new MelodyException($"Cannot read '{path}': {e.Message}", e);
            throw;
        }
    }

    /// <summary>Fills as many whole frames as there are and fit; returns their number, 0 at the end.</summary>
    public int Read(Span<float> interleaved)
    {
        int frames;
        try
        {
            frames = ReadFrames(interleaved[..(interleaved.Length / Channels * Channels)]);
        }
        catch (IOException e)
        {
            throw new MelodyException($"Cannot read '{Name}': {e.Message}", e);
        }
        foreach (float sample in interleaved[..(frames * Channels)])
            if (!float.IsFinite(sample))
                throw new MelodyException($"'{Name}' holds samples that are not numbers; it is damaged.");
        return frames;
    }

    /// <summary>Continues at that frame.</summary>
    public abstract void Seek(long frame);

    /// <summary>Reads whole frames into a span of whole frames.</summary>
    protected abstract int ReadFrames(Span<float> interleaved);

    /// <summary>The rest of the file, interleaved.</summary>
    /// <param name="maximumSeconds">More than that is refused.</param>
    public float[] ReadToEnd(double? maximumSeconds = null) => Collect(maximumSeconds, Channels, Read, SampleRate);

    /// <summary>A file as mono at <paramref name="sampleRate"/>, mixed and resampled while it is read.</summary>
    /// <exception cref="MelodyException">As <see cref="Open"/>; or it lasts longer than <paramref name="maximumSeconds"/>.</exception>
    public static AudioClip ReadMono(string path, int sampleRate, double? maximumSeconds = null)
    {
        using var reader = Open(path);
        var mono = new MonoReader(reader, sampleRate);
        return AudioClip.Adopt(reader.Collect(maximumSeconds, 1, mono.Read, sampleRate), sampleRate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    protected abstract void Dispose(bool disposing);

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
        long expected = (long)(seconds * rate + 1 + BlockFrames) * channels;
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

    private static FileStream OpenFile(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new MelodyException("The name of the audio file is empty; give a path.");
        if (Directory.Exists(path))
            throw new MelodyException($"'{path}' is a folder; give an audio file.");
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return stream.CanSeek ? stream : Spool(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MelodyException($"There is no file '{path}'; check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MelodyException($"Cannot read '{path}': permission denied.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new MelodyException($"Cannot read '{path}': {e.Message}", e);
        }
    }

    // A pipe cannot seek: its bytes go into a file that the system deletes when it is closed.
    private static FileStream Spool(FileStream pipe)
    {
        using (pipe)
        {
            var spool = new FileStream(
                Path.GetTempFileName(),
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.None,
                1 << 16,
                FileOptions.DeleteOnClose
            );
            pipe.CopyTo(spool);
            spool.Position = 0;
            return spool;
        }
    }
}
