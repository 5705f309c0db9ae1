namespace Melody.Studio.Songs;

/// <summary>Keeps folders of copies, which can be made again, from growing without end.</summary>
internal static class FolderSize
{
    /// <summary>Removes the files that were written longest ago until the others fit.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mostBytes">What may stay.</param>
    public static void MakeRoom(DirectoryInfo folder, long mostBytes)
    {
        long total = 0;
        foreach (var file in folder.GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToList())
            if ((total += file.Length) > mostBytes)
                file.Delete();
    }
}
