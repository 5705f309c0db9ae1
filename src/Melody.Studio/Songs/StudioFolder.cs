namespace Melody.Studio.Songs;

/// <summary>
/// Where the studio keeps things: the store, a FLAC file a song, other formats made of them, and uploads while they arrive.
/// </summary>
internal sealed class StudioFolder
{
    private const string LockName = "lock",
        SoundsName = "songs",
        StoreName = "studio.db";

    private StudioFolder(string path) => Root = path;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The file of the store.</summary>
    public string Store => Path.Combine(Root, StoreName);

    /// <summary>Files in other formats; they can be made again.</summary>
    public string Cache => Path.Combine(Root, "cache");

    /// <summary>Uploads while they arrive.</summary>
    public string Incoming => Path.Combine(Root, "incoming");

    /// <summary>The sounds.</summary>
    public string Sounds => Path.Combine(Root, SoundsName);

    /// <summary>The user's data folder where none is named: <c>MELODY_DATA</c>, else where the system keeps data of programs.</summary>
    public static string Default =>
        Environment.GetEnvironmentVariable("MELODY_DATA") is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "melody",
                "studio"
            );

    /// <summary>Opens the folder, and makes it where there is none; what an earlier process left half-done is removed.</summary>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public static StudioFolder Open(string path)
    {
        try
        {
            var folder = new StudioFolder(Path.GetFullPath(path));
            Directory.CreateDirectory(folder.Sounds);
            Clear(folder.Incoming);
            Clear(folder.Cache);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(path, e);
        }
    }

    /// <summary>Takes a folder for this process, until the result is disposed.</summary>
    /// <exception cref="MelodyException">Another process works with it, it holds other things, or it cannot be written.</exception>
    public static FileStream Lock(string path)
    {
        try
        {
            RequireOwn(path);
            Directory.CreateDirectory(path);
            return new(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (Directory.Exists(path))
        {
            throw new MelodyException(
                $"Another studio works with the data folder '{path}'; use that one, or name another folder with --data.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(path, e);
        }
    }

    // A studio empties its cache and removes sounds that no song has: in somebody's folder of music these would be theirs.
    private static void RequireOwn(string path)
    {
        string[] marks = [LockName, StoreName, Path.Combine(SoundsName, SharedFolder.MarkName)];
        if (!Directory.Exists(path) || marks.Any(mark => File.Exists(Path.Combine(path, mark))))
            return;
        // what a system leaves in a new volume does not count, nor does a folder for a volume
        var other = Directory
            .EnumerateFileSystemEntries(path)
            .FirstOrDefault(entry =>
                Path.GetFileName(entry) is not ("lost+found" or ['.', ..])
                && !(Directory.Exists(entry) && !Directory.EnumerateFileSystemEntries(entry).Any())
            );
        if (other is not null)
            throw new MelodyException(
                $"The data folder '{path}' is no studio's and holds '{Path.GetFileName(other)}'; name a new or empty folder with --data."
            );
    }

    private static MelodyException Unusable(string path, Exception e) =>
        new($"The data folder '{path}' cannot be used ({e.Message.TrimEnd('.')}); name another with --data.", e);

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }
}
