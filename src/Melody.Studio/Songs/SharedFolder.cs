using Melody.Foundation;

namespace Melody.Studio.Songs;

/// <summary>
/// The folder of sounds that the processes at one database share. A mark in it, equal to one in the database, tells that it is that
/// folder and no other: with two folders a worker's songs would be silent at the front end.
/// </summary>
internal static class SharedFolder
{
    /// <summary>The file with the mark.</summary>
    public const string MarkName = "database.id";

    /// <summary>How old a file without a song is before it is taken for left over.</summary>
    public static TimeSpan Youngest { get; } = TimeSpan.FromDays(1);

    /// <summary>Makes the folder where there is none.</summary>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public static string Open(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
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

    /// <summary>Compares a folder's mark with the database's.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mark">The database's mark; null where it has none yet.</param>
    /// <returns>The mark that both have from now on.</returns>
    /// <exception cref="MelodyException">It is another folder, or cannot be written.</exception>
    public static string Mark(string folder, string? mark)
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
