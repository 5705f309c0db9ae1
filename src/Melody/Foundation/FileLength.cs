namespace Melody.Foundation;

/// <summary>How long a file is: of a symbolic link, the file at its end and not the link itself.</summary>
internal static class FileLength
{
    /// <summary>Bytes in a file.</summary>
    /// <exception cref="IOException">The file does not exist, or its links do not end.</exception>
    public static long Of(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.Length
            : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo end ? end.Length
            : throw new FileNotFoundException($"The links of '{path}' lead to no file.", path);
    }
}
