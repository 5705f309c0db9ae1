using Melody.Audio;
using Melody.Foundation;

namespace Melody.Studio.Songs;

/// <summary>Somebody's own music on its way into the library: spooled to the disk, checked, and copied block by block into FLAC.</summary>
internal static class Upload
{
    private const int BlockFrames = 1 << 14;

    /// <summary>What became of an upload.</summary>
    /// <param name="Frames">Its length.</param>
    /// <param name="SampleRate">Hz.</param>
    /// <param name="Channels">Samples of a frame.</param>
    /// <param name="Divisor">What it was divided by, because it went beyond full scale; 1 where it did not.</param>
    internal readonly record struct Sound(long Frames, int SampleRate, int Channels, float Divisor);

    /// <summary>Copies a client's bytes into a new file.</summary>
    /// <exception cref="UploadTooLargeException">They are more than the limit.</exception>
    /// <exception cref="MelodyException">The disk refuses.</exception>
    public static async Task SpoolAsync(Stream source, string path, UploadLimits limits, CancellationToken cancellation)
    {
        await using var file = AtomicFile.Translate(path, () => new FileStream(path, FileMode.CreateNew, FileAccess.Write));
        var block = new byte[1 << 16];
        long total = 0;
        for (int count; (count = await source.ReadAsync(block, cancellation).ConfigureAwait(false)) > 0; )
        {
            if ((total += count) > limits.Bytes)
                throw new UploadTooLargeException(limits.Bytes);
            try
            {
                await file.WriteAsync(block.AsMemory(0, count), cancellation).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw AtomicFile.Explain("the upload", e);
            }
        }
    }

    /// <summary>
    /// Reads a spooled upload and writes it as FLAC, whole or not at all. Sound beyond full scale is made softer as a whole, so that its
    /// loudest sample is at full scale: the levels within it stay.
    /// </summary>
    /// <param name="path">The spooled file.</param>
    /// <param name="name">How it is called in sentences.</param>
    /// <param name="target">The FLAC file.</param>
    /// <param name="limits">What it may be.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <param name="cancellation">Ends the work between two blocks.</param>
    /// <exception cref="MelodyException">The file is not sound, is damaged, or exceeds the limits.</exception>
    public static Sound Convert(
        string path,
        string name,
        string target,
        UploadLimits limits,
        AudioMetadata metadata,
        CancellationToken cancellation
    )
    {
        var sound = Copy(1);
        return sound.Divisor == 1 ? sound : Copy(sound.Divisor);

        // kept unless it shows that it has to be divided by more
        Sound Copy(float by)
        {
            using var reader = AudioReader.Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), name);
            Check(reader, name, limits);
            var options = new AudioWriteOptions { BitDepth = 24, Metadata = metadata };
            using var writer = new AudioFileWriter(target, reader.SampleRate, reader.Channels, options);
            long frames = Write(reader, writer, name, limits, by, cancellation);
            float divisor = by > 1 ? by : writer.Clipping.Divisor(frames * reader.Channels);
            if (divisor == by)
                writer.Commit();
            return new(frames, reader.SampleRate, reader.Channels, divisor);
        }
    }

    /// <summary>The outline of a file.</summary>
    public static byte[] PeaksOf(string path, Sound sound, CancellationToken cancellation)
    {
        using var reader = AudioReader.Open(path);
        var builder = new PeakBuilder(sound.Frames, sound.Channels);
        var block = new float[BlockFrames * sound.Channels];
        for (int count; (count = reader.Read(block)) > 0; )
        {
            cancellation.ThrowIfCancellationRequested();
            builder.Add(block.AsSpan(0, count * sound.Channels));
        }
        return builder.Bytes;
    }

    private static void Check(AudioReader reader, string name, UploadLimits limits)
    {
        if (reader.Channels > limits.Channels)
            throw new MelodyException($"'{name}' has {reader.Channels} channels; give music with at most {limits.Channels}.");
        if (reader.SampleRate > UploadLimits.SampleRate)
            throw new MelodyException($"'{name}' has {reader.SampleRate} samples a second; give at most {UploadLimits.SampleRate}.");
    }

    private static long Write(
        AudioReader reader,
        AudioFileWriter writer,
        string name,
        UploadLimits limits,
        float divisor,
        CancellationToken cancellation
    )
    {
        long most = (long)(limits.Seconds * reader.SampleRate),
            frames = 0;
        var block = new float[BlockFrames * reader.Channels];
        for (int count; (count = reader.Read(block)) > 0; )
        {
            cancellation.ThrowIfCancellationRequested();
            if ((frames += count) > most)
                throw new MelodyException($"'{name}' lasts longer than {limits.Seconds:0} seconds; cut it.");
            var samples = block.AsSpan(0, count * reader.Channels);
            if (divisor > 1)
                foreach (ref float sample in samples)
                    sample /= divisor;
            writer.Write(samples);
        }
        if (frames == 0)
            throw new MelodyException($"'{name}' holds no sound; give at least a moment of music.");
        return frames;
    }
}
