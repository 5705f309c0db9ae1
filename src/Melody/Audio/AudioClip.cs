namespace Melody.Audio;

/// <summary>A piece of sound in memory that never changes: interleaved float samples, nominally in [-1, 1].</summary>
public sealed class AudioClip
{
    internal const int MinimumSampleRate = 1000;
    internal const int MaximumSampleRate = 768_000;
    internal const int MaximumChannels = 64;

    private readonly float[] _samples;

    /// <summary>Copies <paramref name="samples"/>.</summary>
    /// <param name="samples">Interleaved: the channels of the first frame, then those of the second.</param>
    /// <param name="sampleRate">Frames a second, 1,000 to 768,000 Hz.</param>
    /// <param name="channels">Samples in a frame, 1 to 64.</param>
    public AudioClip(ReadOnlySpan<float> samples, int sampleRate, int channels = 1)
        : this(sampleRate, channels, samples.ToArray()) { }

    private AudioClip(int sampleRate, int channels, float[] samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, MinimumSampleRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, MaximumSampleRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MaximumChannels);
        if (samples.Length % channels != 0)
            throw new ArgumentException($"{samples.Length} samples are not a whole number of frames of {channels}.", nameof(samples));
        (_samples, SampleRate, Channels) = (samples, sampleRate, channels);
    }

    /// <summary>Takes an array that nobody else will change, without copying it.</summary>
    internal static AudioClip Adopt(float[] samples, int sampleRate, int channels = 1) => new(sampleRate, channels, samples);

    /// <summary>Frames a second, Hz.</summary>
    public int SampleRate { get; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; }

    /// <summary>Samples in one channel.</summary>
    public int Frames => _samples.Length / Channels;

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Frames / SampleRate;

    /// <summary>All samples, interleaved.</summary>
    public ReadOnlySpan<float> Samples => _samples;

    /// <summary>All samples, interleaved, for asynchronous code.</summary>
    public ReadOnlyMemory<float> Memory => _samples;

    /// <summary>One channel: the plain average of all, each counted alike (5.1 included).</summary>
    public AudioClip ToMono()
    {
        if (Channels == 1)
            return this;
        var mono = new float[Frames];
        MixDown(_samples, Channels, mono);
        return Adopt(mono, SampleRate);
    }

    /// <summary>The same sound at another rate, band-limited (flat to 91 % of the lower of both Nyquist frequencies).</summary>
    /// <param name="sampleRate">Hz.</param>
    public AudioClip Resample(int sampleRate) =>
        sampleRate == SampleRate ? this : Adopt(Resampler.Convert(_samples, Channels, SampleRate, sampleRate), sampleRate, Channels);

    /// <summary>The frames from <paramref name="start"/> on.</summary>
    /// <param name="start">First frame.</param>
    /// <param name="frames">Number of frames; all must exist.</param>
    public AudioClip Slice(int start, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames, Frames - start);
        return new(_samples.AsSpan(start * Channels, frames * Channels), SampleRate, Channels);
    }

    /// <summary>One clip after the other; all have the same rate and channels.</summary>
    public static AudioClip Concatenate(params IReadOnlyList<AudioClip> clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.Count == 0)
            throw new ArgumentException("There is nothing to concatenate.", nameof(clips));
        if (clips.Any(c => c.SampleRate != clips[0].SampleRate || c.Channels != clips[0].Channels))
            throw new ArgumentException(
                "Clips with different rates or channels cannot be concatenated; resample or mix them first.",
                nameof(clips)
            );
        var samples = new float[clips.Sum(c => (long)c._samples.Length)];
        int at = 0;
        foreach (var clip in clips)
        {
            clip._samples.CopyTo(samples, at);
            at += clip._samples.Length;
        }
        return Adopt(samples, clips[0].SampleRate, clips[0].Channels);
    }

    /// <summary>
    /// Reads a sound file of any rate from 1 to 768 kHz and up to 64 channels. Its first bytes say what it is, whatever its
    /// name: WAV, FLAC, Ogg (Vorbis, Opus, FLAC) and MP3 need no native library; AIFF, AU, CAF, W64, coded WAV and Vorbis of
    /// more than two channels are read through libsndfile. A pipe is read to its end.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSeconds">Longer audio is refused before it fills the memory.</param>
    /// <exception cref="MelodyException">The file is missing, damaged, no audio, or too long.</exception>
    public static AudioClip Read(string path, double? maximumSeconds = null)
    {
        using var reader = AudioReader.Open(path);
        return Adopt(reader.ReadToEnd(maximumSeconds), reader.SampleRate, reader.Channels);
    }

    /// <summary>Reads sound from a stream in any format of <see cref="Read(string, double?)"/>.</summary>
    /// <param name="stream">Read from where it stands to its end; it stays open.</param>
    /// <param name="maximumSeconds">Longer audio is refused before it fills the memory.</param>
    /// <exception cref="MelodyException">The bytes are damaged, no audio, or too long.</exception>
    public static AudioClip Read(Stream stream, double? maximumSeconds = null)
    {
        using var reader = AudioReader.OpenRest(stream);
        return Adopt(reader.ReadToEnd(maximumSeconds), reader.SampleRate, reader.Channels);
    }

    /// <summary>Reads sound from the bytes of a file in any format of <see cref="Read(string, double?)"/>.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="maximumSeconds">Longer audio is refused before it fills the memory.</param>
    /// <exception cref="MelodyException">The bytes are damaged, no audio, or too long.</exception>
    public static AudioClip Read(ReadOnlySpan<byte> bytes, double? maximumSeconds = null)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return Read(stream, maximumSeconds);
    }

    /// <summary>Reads a sound file on another thread; as <see cref="Read(string, double?)"/>.</summary>
    public static Task<AudioClip> ReadAsync(string path, double? maximumSeconds = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read(path, maximumSeconds), cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Reads sound from a stream without blocking; as <see cref="Read(Stream, double?)"/>.</summary>
    public static async Task<AudioClip> ReadAsync(
        Stream stream,
        double? maximumSeconds = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
            return await Task.Run(() => Read(stream, maximumSeconds), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        copy.Position = 0;
        return await Task.Run(() => Read(copy, maximumSeconds), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what <see cref="AudioWriteOptions.Metadata"/> put into a file.</summary>
    /// <exception cref="MelodyException">The file is missing, damaged or no audio.</exception>
    public static AudioMetadata ReadMetadata(string path)
    {
        using var reader = AudioReader.Open(path);
        return reader.Metadata;
    }

    /// <summary>Reads what <see cref="AudioWriteOptions.Metadata"/> put into the bytes of a stream, which stays open.</summary>
    /// <exception cref="MelodyException">The bytes are damaged or no audio.</exception>
    public static AudioMetadata ReadMetadata(Stream stream)
    {
        using var reader = AudioReader.OpenRest(stream);
        return reader.Metadata;
    }

    /// <summary>
    /// Writes a sound file: complete, or not at all. Samples beyond [-1, 1] are clipped in all but 32 bit WAV files.
    /// Opus and MP3 files are resampled when they do not know the clip's rate.
    /// </summary>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format; or a sample is not a number.</exception>
    public void Write(string path, AudioWriteOptions? options = null)
    {
        using var writer = new AudioFileWriter(path, SampleRate, Channels, options ?? new());
        InBlocks(writer.Write);
        writer.Commit();
    }

    /// <summary>Writes the sound into a stream, as <see cref="Write(string, AudioWriteOptions?)"/> writes a file.</summary>
    /// <param name="stream">Written from where it stands; it stays open, and need not seek.</param>
    /// <param name="format">The kind of file.</param>
    /// <param name="options">Its <see cref="AudioWriteOptions.Format"/> is not looked at.</param>
    /// <exception cref="MelodyException">The sound cannot be written in that format, or a sample is not a number.</exception>
    /// <exception cref="IOException">The stream refuses.</exception>
    public void Write(Stream stream, AudioFormat format, AudioWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        EncodeTo(stream, format, options);
    }

    /// <summary>The bytes of a sound file.</summary>
    /// <param name="format">The kind of file.</param>
    /// <param name="options">Its <see cref="AudioWriteOptions.Format"/> is not looked at.</param>
    /// <exception cref="MelodyException">The sound cannot be written in that format, or a sample is not a number.</exception>
    public byte[] ToBytes(AudioFormat format, AudioWriteOptions? options = null)
    {
        using var file = new MemoryStream();
        EncodeTo(file, format, options);
        return file.ToArray();
    }

    /// <summary>Writes into a stream and tells what was clipped.</summary>
    internal Clipping EncodeTo(Stream stream, AudioFormat format, AudioWriteOptions? options)
    {
        options = (options ?? new()) with { Format = format };
        options.FormatFor("", Channels);
        // headers are completed at the end, so the file is made in memory where the stream cannot go back
        using var memory = stream.CanSeek ? null : new MemoryStream();
        using var writer = new AudioStreamWriter(memory ?? stream, format, SampleRate, Channels, options);
        InBlocks(writer.Write);
        writer.Finish();
        memory?.WriteTo(stream);
        return writer.Clipping;
    }

    /// <summary>Hands all frames over, block by block.</summary>
    internal void InBlocks(WriteBlock write)
    {
        const int block = 1 << 16;
        for (int at = 0; at < Frames; at += block)
            write(_samples.AsSpan(at * Channels, Math.Min(block, Frames - at) * Channels));
    }

    /// <summary>Takes whole frames.</summary>
    internal delegate void WriteBlock(ReadOnlySpan<float> interleaved);

    /// <summary>Averages each frame of <paramref name="interleaved"/> into one sample.</summary>
    internal static void MixDown(ReadOnlySpan<float> interleaved, int channels, Span<float> mono)
    {
        for (int frame = 0; frame < mono.Length; frame++)
        {
            double sum = 0;
            foreach (float sample in interleaved.Slice(frame * channels, channels))
                sum += sample;
            mono[frame] = (float)(sum / channels);
        }
    }
}
