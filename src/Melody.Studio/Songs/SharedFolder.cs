using Melody.Foundation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Songs;

/// <summary>The folder of sounds that the processes at one database share.</summary>
/// <param name="folder">The folder; it is there.</param>
internal sealed class SharedFolder(string folder) : ISoundPlace
{
    /// <summary>The file with the mark.</summary>
    public const string MarkName = "database.id";

    /// <summary>How old a file without a song is before it is taken for left over.</summary>
    public static TimeSpan Youngest { get; } = TimeSpan.FromDays(1);

    /// <summary>Makes the folder where there is none.</summary>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public static SharedFolder At(string path)
    {
        try
        {
            return new(Directory.CreateDirectory(path).FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MelodyException(
                $"The folder of sounds '{path}' cannot be used ({e.Message.TrimEnd('.')}); name another with --sounds.",
                e
            );
        }
    }

    /// <summary>Refuses a folder of sounds that belongs to a database where none was named.</summary>
    /// <exception cref="MelodyException">It does.</exception>
    public static void RequireUnshared(string folder)
    {
        if (File.Exists(Path.Combine(folder, MarkName)))
            throw new MelodyException(
                $"The sounds in '{folder}' belong to a database; name it with --database, or another data folder with --data."
            );
    }

    /// <inheritdoc/>
    public Task<string> MarkAsync(string? mark, CancellationToken cancellation) => Task.FromResult(Mark(mark));

    /// <inheritdoc/>
    public ISoundStore Open(IServiceProvider services) =>
        new FolderSounds(folder, Youngest, TimeProvider.System, services.GetRequiredService<ILogger<FolderSounds>>());

    /// <inheritdoc/>
    public void Dispose() { }

    private string Mark(string? mark)
    {
        var path = Path.Combine(folder, MarkName);
        var there = AtomicFile.Translate(path, () => File.Exists(path) ? File.ReadAllText(path).Trim() : null);
        if (mark is null)
        {
            // their songs are in another database, and here they would be taken for left over
            if (Directory.EnumerateFiles(folder, $"*{FolderSounds.Extension}").Any())
                throw new MelodyException(
                    $"The folder '{folder}' holds the sounds of another library; "
                        + $"give --sounds an empty folder, or --database that library's."
                );
            if (there is { Length: > 0 })
                return there;
            mark = Guid.NewGuid().ToString("N");
            AtomicFile.Translate(path, () =>
            {
                File.WriteAllText(path, mark + "\n");
                return true;
            });
        }
        else if (there != mark)
            throw new MelodyException(
                $"The folder '{folder}' is not the one in which the sounds of this database lie; "
                    + "give --sounds the folder that all its processes share."
            );
        return mark;
    }
}
