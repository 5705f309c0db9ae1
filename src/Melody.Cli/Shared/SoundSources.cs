using Melody.Audio;

namespace Melody.Cli.Shared;

/// <summary>
/// The sound files of one command, each opened once: what was checked is what is read, and a pipe, which can be read only
/// once, is kept. "-" is standard input.
/// </summary>
/// <param name="openInput">Opens standard input for bytes.</param>
internal sealed class SoundSources(Func<Stream> openInput) : IDisposable
{
    private const string StandardInput = "-";

    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    /// <summary>How a source is called in messages.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>Whether a path names no file that one could be named after.</summary>
    public static bool IsNameless(string path) =>
        path == StandardInput || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>Refuses standard input as a file that holds no sound.</summary>
    /// <param name="path">What was given.</param>
    /// <param name="what">What it stands for, such as "the MIDI file".</param>
    /// <exception cref="MelodyException">It is "-".</exception>
    public static void RequireName(string path, string what)
    {
        if (path == StandardInput)
            throw new MelodyException($"'-' stands for standard input only where a verb reads sound; give {what} by its name.");
    }

    /// <summary>A reader at the start of the sound.</summary>
    /// <exception cref="MelodyException">There is none, or it is damaged or no audio.</exception>
    public async Task<AudioReader> OpenAsync(string path, CancellationToken cancellation)
    {
        if (!_streams.TryGetValue(path, out var stream))
            // the writer of a pipe may never come
            _streams[path] = stream = await Task.Run(() => OpenStream(path, cancellation), cancellation)
                .WaitAsync(cancellation)
                .ConfigureAwait(false);
        var reader = AudioReader.Open(stream, NameOf(path));
        reader.LeaveOpen = true;
        return reader;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams.Values)
            stream.Dispose();
        _streams.Clear();
    }

    private Stream OpenStream(string path, CancellationToken cancellation)
    {
        if (path != StandardInput)
            return SoundStream.Open(path, cancellation);
        using var input = openInput();
        return SoundStream.Spool(input, NameOf(path), cancellation);
    }
}
