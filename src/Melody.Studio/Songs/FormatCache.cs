using Melody.Audio;
using Melody.Studio.Store;

namespace Melody.Studio.Songs;

/// <summary>Songs in other formats than they are kept in, made when they are asked for and kept while there is room.</summary>
internal sealed class FormatCache(SongLibrary library, StudioFolder folder) : IDisposable
{
    private const long MostBytes = 500L << 20;
    private const int BlockFrames = 1 << 14;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The path of a song in a format, with its recipe inside.</summary>
    /// <exception cref="MelodyException">The format cannot be written on this machine, or the song's file is damaged.</exception>
    public async Task<string> FileAsync(SongRecord song, SongFormat format, CancellationToken cancellation)
    {
        var kept = await library.PathAsync(song, cancellation).ConfigureAwait(false);
        if (format == SongFormat.Flac)
            return kept;
        var path = Path.Combine(folder.Cache, $"{song.Id}.{format.Name}");
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!File.Exists(path))
            {
                FolderSize.MakeRoom(new(folder.Cache), MostBytes);
                await Task.Run(() => Convert(kept, format, path, cancellation), cancellation).ConfigureAwait(false);
            }
            return path;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static void Convert(string kept, SongFormat format, string path, CancellationToken cancellation)
    {
        using var reader = AudioReader.Open(kept);
        var options = new AudioWriteOptions { Format = format.Format, Metadata = reader.Metadata };
        using var writer = new AudioFileWriter(path, reader.SampleRate, reader.Channels, options);
        var block = new float[BlockFrames * reader.Channels];
        for (int count; (count = reader.Read(block)) > 0; )
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(block.AsSpan(0, count * reader.Channels));
        }
        writer.Commit();
    }
}
