using System.Runtime.InteropServices;

namespace Melody.Foundation;

/// <summary>
/// Gives a file a name only where no file has it, in one step: <c>File.Move</c> without overwriting looks first and renames
/// then on Unix, and what appears in between is lost. link(2) does not replace; where a file system has no hard links, an
/// empty file claims the name and is replaced.
/// </summary>
internal static partial class NewName
{
    private const int AlreadyThere = 17; // EEXIST on Linux and macOS

    /// <summary>Renames <paramref name="from"/>; false when the name is taken, and then nothing has changed.</summary>
    /// <exception cref="IOException">The operating system refuses.</exception>
    public static bool TryGive(string from, string to) => OperatingSystem.IsWindows() ? TryMove(from, to) : TryLink(from, to);

    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false); // MoveFileEx without MOVEFILE_REPLACE_EXISTING
            return true;
        }
        catch (IOException) when (Path.Exists(to))
        {
            return false;
        }
    }

    private static bool TryLink(string from, string to)
    {
        if (Link(from, to) == 0)
        {
            File.Delete(from);
            return true;
        }
        return Marshal.GetLastPInvokeError() != AlreadyThere && TryClaim(from, to);
    }

    /// <summary>The way without hard links.</summary>
    internal static bool TryClaim(string from, string to)
    {
        try
        {
            new FileStream(to, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (Path.Exists(to))
        {
            return false;
        }
        File.Move(from, to, overwrite: true);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string from, string to);
}
