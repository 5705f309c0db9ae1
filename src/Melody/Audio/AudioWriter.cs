namespace Melody.Audio;

/// <summary>Samples on their way into a stream in some format; lengths are put into the header by <see cref="Finish"/>.</summary>
internal abstract class AudioWriter : IDisposable
{
    /// <summary>Writes whole frames.</summary>
    public abstract void Write(ReadOnlySpan<float> interleaved);

    /// <summary>Completes the file; nothing can be written afterwards.</summary>
    public abstract void Finish();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the format needs; the stream stays open.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>Opens a writer on a stream that can seek; the stream stays the caller's.</summary>
    /// <exception cref="MelodyException">libsndfile is needed and missing, or refuses the format.</exception>
    public static AudioWriter Create(Stream stream, AudioFormat format, int sampleRate, int channels, AudioWriteOptions options) =>
        format switch
        {
            AudioFormat.Wav => new WavWriter(stream, sampleRate, channels, options.BitDepth, options.Metadata),
            AudioFormat.Flac => new FlacWriter(stream, sampleRate, channels, options.BitDepth, options.Metadata),
            AudioFormat.OggOpus => new OpusWriter(stream, sampleRate, channels, options.Quality, options.Metadata),
            _ => new SoundFileWriter(stream, format, sampleRate, channels, options),
        };

    /// <summary>
    /// round(x 2^(bits - 1)) at the top of an int, clipped to what fits: reading it back as a fraction of full scale
    /// changes a sample by at most half a step.
    /// </summary>
    protected static int Quantize(float sample, int bits)
    {
        double scale = 1L << (bits - 1);
        double value = Math.Clamp(Math.Round(sample * scale), -scale, scale - 1);
        return double.IsNaN(value) ? 0 : (int)value << (32 - bits);
    }
}
