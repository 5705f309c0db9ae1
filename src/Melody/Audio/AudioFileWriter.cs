using Melody.Foundation;

namespace Melody.Audio;

/// <summary>
/// A sound file written block by block and there only after <see cref="Commit"/>; disposing it earlier leaves nothing
/// behind. Audio at a rate that the format does not know is resampled on the way.
/// </summary>
internal sealed class AudioFileWriter : IDisposable
{
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly AudioWriter _writer;
    private readonly Resampler? _resampler;

    /// <summary>Opens the file.</summary>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format.</exception>
    public AudioFileWriter(string path, int sampleRate, int channels, AudioWriteOptions options)
    {
        var format = options.FormatFor(path, channels);
        _path = path;
        int rate = format.RateFor(sampleRate);
        if (rate != sampleRate)
            _resampler = new(sampleRate, rate, channels);
        _file = AtomicFile.Create(path);
        try
        {
            _writer = AtomicFile.Translate(path, () => AudioWriter.Create(_file.Stream, format, rate, channels, options));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Writes whole frames.</summary>
    public void Write(ReadOnlySpan<float> interleaved)
    {
        if (_resampler is not null)
            interleaved = _resampler.Process(interleaved);
        if (interleaved.IsEmpty)
            return;
        try
        {
            _writer.Write(interleaved);
        }
        catch (IOException e)
        {
            throw AtomicFile.Explain(_path, e);
        }
    }

    /// <summary>Completes the file and gives it its name.</summary>
    public void Commit()
    {
        try
        {
            if (_resampler?.Finish() is { Length: > 0 } rest)
                _writer.Write(rest);
            _writer.Finish();
        }
        catch (IOException e)
        {
            throw AtomicFile.Explain(_path, e);
        }
        _file.Commit();
    }

    /// <summary>Closes the file and, unless it was committed, removes it.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }
}
