using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Melody.Audio;

/// <summary>The bytes of a sound as a stream that can seek: a file, or what came out of a pipe.</summary>
internal static partial class SoundStream
{
    private const int InMemory = 1 << 26;
    private const long Longest = 1L << 33;

    /// <summary>Opens a file; a pipe is read to its end.</summary>
    /// <exception cref="MelodyException">The file is missing, a folder, or cannot be read.</exception>
    public static Stream Open(string path, CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new MelodyException("The name of the audio file is empty; give a path.");
        if (Directory.Exists(path))
            throw new MelodyException($"'{path}' is a folder; give an audio file.");
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            if (stream.CanSeek && !IsDevice(path))
                return stream;
            using (stream)
            {
                if (IsTerminal(stream))
                    throw new MelodyException($"'{path}' is a terminal, from which no sound comes; give a file, or a pipe with sound.");
                return Spool(stream, path, cancellation);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MelodyException($"The file '{path}' does not exist; check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MelodyException($"Cannot read '{path}': permission denied.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new MelodyException($"Cannot read '{path}': {e.Message}", e);
        }
    }

    /// <summary>
    /// The rest of a stream as one that can seek: in memory up to 64 MB, then in a file that goes when it is closed. Of what does not
    /// begin as sound, which may never end, the beginning alone: whoever opens it refuses it by that.
    /// </summary>
    /// <exception cref="MelodyException">It does not end, or there is no room for it.</exception>
    public static Stream Spool(Stream stream, string name, CancellationToken cancellation = default)
    {
        Stream spool = new MemoryStream();
        try
        {
            var block = new byte[1 << 16];
            bool begins = false;
            for (int count; (count = Read(stream, block, name)) > 0; )
            {
                cancellation.ThrowIfCancellationRequested();
                if (spool.Length + count > Longest)
                    throw new MelodyException($"'{name}' does not end after {Longest >> 30} GB; give a file of sound.");
                if (spool is MemoryStream memory && spool.Length + count > InMemory)
                {
                    spool = TemporaryFile(name);
                    memory.WriteTo(spool);
                }
                Write(spool, block.AsSpan(0, count), name);
                if (begins || spool.Length < AudioSniffer.LongestBeginning)
                    continue;
                begins = AudioSniffer.MayBegin(spool);
                if (!begins)
                    break;
                spool.Position = spool.Length;
            }
            spool.Position = 0;
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private static int Read(Stream stream, byte[] block, string name)
    {
        try
        {
            return stream.Read(block);
        }
        catch (IOException e)
        {
            throw new MelodyException($"Cannot read '{name}': {e.Message}", e);
        }
    }

    private static void Write(Stream spool, ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            spool.Write(bytes);
        }
        catch (IOException e)
        {
            throw new MelodyException($"Cannot keep what comes from '{name}' in '{Path.GetTempPath()}': {e.Message}", e);
        }
    }

    private static FileStream TemporaryFile(string name)
    {
        try
        {
            var path = Path.Combine(Path.GetTempPath(), $"melody-{Guid.NewGuid():N}.tmp");
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);
            if (!OperatingSystem.IsWindows())
                File.Delete(path); // gone even when the process is killed
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException(
                $"Cannot keep what comes from '{name}' in the folder '{Path.GetTempPath()}' ({e.Message}); name another folder in "
                    + $"TMPDIR, or give a file.",
                e
            );
        }
    }

    private static bool IsTerminal(FileStream stream) => !OperatingSystem.IsWindows() && IsTerminal(stream.SafeFileHandle) == 1;

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(SafeFileHandle descriptor);

    // /dev/zero and terminals claim that they can seek
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal)
        && !Path.GetFullPath(path).StartsWith("/dev/shm/", StringComparison.Ordinal);
}
