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
    private readonly AudioStreamWriter _writer;

    /// <summary>Opens the file.</summary>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format.</exception>
    public AudioFileWriter(string path, int sampleRate, int channels, AudioWriteOptions options)
    {
        var format = options.FormatFor(path, channels);
        _path = path;
        _file = AtomicFile.Create(path);
        try
        {
            _writer = AtomicFile.Translate(path, () => new AudioStreamWriter(_file.Stream, format, sampleRate, channels, options));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>What was clipped so far.</summary>
    public Clipping Clipping => _writer.Clipping;

    /// <summary>Writes whole frames.</summary>
    /// <exception cref="MelodyException">Some samples are not numbers, or the disk refuses.</exception>
    public void Write(ReadOnlySpan<float> interleaved)
    {
        try
        {
            _writer.Write(interleaved);
        }
        catch (IOException e)
        {
            throw AtomicFile.Explain(_path, e);
        }
    }

    /// <summary>Completes the file and gives it its name, in the place of a file that has it.</summary>
    public void Commit()
    {
        Finish();
        _file.Commit();
    }

    /// <summary>Completes the file and gives it its name, or one like it where that is taken.</summary>
    /// <returns>The path that it has.</returns>
    public string CommitUnlessTaken()
    {
        Finish();
        return _file.CommitUnlessTaken();
    }

    /// <summary>Closes the file and, unless it was committed, removes it.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }

    private void Finish()
    {
        try
        {
            _writer.Finish();
        }
        catch (IOException e)
        {
            throw AtomicFile.Explain(_path, e);
        }
    }
}
