namespace Melody.Audio;

/// <summary>
/// Sound on its way into a stream: resampled where the format does not know its rate, checked for numbers, and counted where
/// it clips.
/// </summary>
internal sealed class AudioStreamWriter : IDisposable
{
    private readonly AudioWriter _writer;
    private readonly Resampler? _resampler;
    private readonly bool _clips;

    /// <summary>Writes the header.</summary>
    /// <exception cref="MelodyException">libsndfile is needed and missing, or refuses the format.</exception>
    public AudioStreamWriter(Stream stream, AudioFormat format, int sampleRate, int channels, AudioWriteOptions options)
    {
        int rate = format.RateFor(sampleRate);
        if (rate != sampleRate)
            _resampler = new(sampleRate, rate, channels);
        _clips = format != AudioFormat.Wav || options.BitDepth != 32;
        _writer = AudioWriter.Create(stream, format, rate, channels, options);
    }

    /// <summary>What was clipped so far.</summary>
    public Clipping Clipping { get; private set; }

    /// <summary>Writes whole frames.</summary>
    /// <exception cref="MelodyException">Some samples are not numbers, or too loud to be sound in a format that keeps them.</exception>
    public void Write(ReadOnlySpan<float> interleaved) => WriteHere(_resampler is null ? interleaved : _resampler.Process(interleaved));

    /// <summary>Completes the file.</summary>
    public void Finish()
    {
        if (_resampler is not null)
            WriteHere(_resampler.Finish());
        _writer.Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    // what is written can be read again
    private static void RequireSound(ReadOnlySpan<float> interleaved)
    {
        foreach (float sample in interleaved)
            if (MathF.Abs(sample) > AudioReader.LoudestSample)
                throw new MelodyException("The sound holds samples above a million times full scale; nothing is written.");
    }

    private void WriteHere(ReadOnlySpan<float> interleaved)
    {
        foreach (float sample in interleaved)
            if (!float.IsFinite(sample))
                throw new MelodyException("The sound holds samples that are not numbers; nothing is written.");
        if (_clips)
            Clipping = Clipping.With(interleaved);
        else
            RequireSound(interleaved);
        if (!interleaved.IsEmpty)
            _writer.Write(interleaved);
    }
}
