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
            throw new ArgumentException($"{samples.Length} samples are no whole number of frames of {channels}.", nameof(samples));
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
    /// Reads a sound file of any rate from 1 to 768 kHz and up to 64 channels: WAV without any native library, FLAC,
    /// Ogg, MP3, AIFF and others through libsndfile.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSeconds">Longer audio is refused before it fills the memory.</param>
    /// <exception cref="MelodyException">The file is missing, damaged, no audio, or too long.</exception>
    public static AudioClip Read(string path, double? maximumSeconds = null)
    {
        using var reader = AudioReader.Open(path);
        return Adopt(reader.ReadToEnd(maximumSeconds), reader.SampleRate, reader.Channels);
    }

    /// <summary>Reads what <see cref="AudioWriteOptions.Metadata"/> put into a file.</summary>
    /// <exception cref="MelodyException">The file is missing, damaged or no audio.</exception>
    public static AudioMetadata ReadMetadata(string path)
    {
        using var reader = AudioReader.Open(path);
        return reader.Metadata;
    }

    /// <summary>
    /// Writes a sound file: complete, or not at all. Samples beyond [-1, 1] are clipped in all but 32 bit WAV files.
    /// Opus and MP3 files are resampled when they do not know the clip's rate.
    /// </summary>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format.</exception>
    public void Write(string path, AudioWriteOptions? options = null)
    {
        using var writer = new AudioFileWriter(path, SampleRate, Channels, options ?? new());
        const int block = 1 << 16;
        for (int at = 0; at < Frames; at += block)
            writer.Write(_samples.AsSpan(at * Channels, Math.Min(block, Frames - at) * Channels));
        writer.Commit();
    }

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
