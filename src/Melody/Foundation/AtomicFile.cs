namespace Melody.Foundation;

/// <summary>
/// A file that is either whole or not there: it is written under a temporary name in the same folder, flushed to the
/// disk and renamed. Without <see cref="Commit"/>, or when the writer throws, the temporary file is deleted and an older
/// file of that name stays as it was; what a killed process left under a temporary name goes with the next file that is written there.
/// Full disks and forbidden folders become a <see cref="MelodyException"/>.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _target;
    private readonly string _temporary;
    private bool _finished;

    private AtomicFile(string path, string target, string temporary, FileStream stream)
    {
        (_path, _target, _temporary) = (path, target, temporary);
        Stream = stream;
    }

    /// <summary>Where to write; it can seek.</summary>
    public FileStream Stream { get; }

    /// <summary>Opens a temporary file beside <paramref name="path"/>; end with <see cref="Commit"/> and dispose.</summary>
    /// <exception cref="MelodyException">The folder is missing or forbidden, or the path names a folder.</exception>
    public static AtomicFile Create(string path)
    {
        var (target, temporary) = Prepare(path);
        Leftovers.Sweep(Path.GetDirectoryName(target)!);
        return Translate(path, () =>
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read,
                Options = FileOptions.Asynchronous,
            };
            try
            {
                return new AtomicFile(path, target, temporary, new FileStream(temporary, options));
            }
            catch (FileNotFoundException e)
            {
                throw new MelodyException($"Cannot write '{path}': files cannot be made in that folder; choose another.", e);
            }
        });
    }

    /// <summary>Gives the file its name; nothing can be written afterwards.</summary>
    public void Commit() => Translate(_path, () =>
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            File.Move(_temporary, _target, overwrite: true);
            _finished = true;
            return true;
        });

    /// <summary>
    /// Gives the file its name, unless a file of that name came to be in the meantime: that one stays, and this one gets the
    /// first free name of NAME-2, NAME-3 and so on. No moment lies between the look and the naming.
    /// </summary>
    /// <returns>The path that the file has; the one that was asked for unless it was taken.</returns>
    public string CommitUnlessTaken() => Translate(_path, () =>
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            for (int number = 1; number <= 1000; number++)
            {
                if (!NewName.TryGive(_temporary, Numbered(_target, number)))
                    continue;
                _finished = true;
                return Numbered(_path, number);
            }
            throw new MelodyException($"Cannot write '{_path}': it and a thousand names like it are taken; choose another.");
        });

    private static string Numbered(string path, int number) =>
        number == 1
            ? path
            : Path.Combine(
                Path.GetDirectoryName(path) ?? "",
                FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}")
            );

    /// <summary>Closes the file and, unless it was committed, removes it.</summary>
    public void Dispose()
    {
        if (_finished)
            return;
        _finished = true;
        try
        {
            Stream.Dispose();
        }
        catch (IOException) { } // what could not be flushed is about to be deleted
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>Writes a file with <paramref name="write"/>.</summary>
    /// <exception cref="MelodyException">The file cannot be written there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = Create(path);
        Translate(path, () =>
        {
            write(file.Stream);
            return true;
        });
        file.Commit();
    }

    /// <summary>Writes a file with <paramref name="write"/>; a cancelled run leaves nothing behind.</summary>
    /// <exception cref="MelodyException">The file cannot be written there.</exception>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation = default)
    {
        using var file = Create(path);
        try
        {
            await write(file.Stream, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (Sentence(path, e) is { } sentence)
        {
            throw new MelodyException(sentence, e);
        }
        cancellation.ThrowIfCancellationRequested();
        file.Commit();
    }

    /// <summary>Writes <paramref name="text"/> as UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Runs <paramref name="action"/> on the file <paramref name="path"/> for writing, with what the operating system
    /// may refuse told as a <see cref="MelodyException"/>.
    /// </summary>
    public static T Translate<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (Sentence(path, e) is { } sentence)
        {
            throw new MelodyException(sentence, e);
        }
    }

    /// <summary>What the operating system refused while <paramref name="path"/> was written, as the user reads it.</summary>
    public static MelodyException Explain(string path, IOException exception) =>
        new(Sentence(path, exception) ?? $"Cannot write '{path}': {exception.Message}", exception);

    private static (string Target, string Temporary) Prepare(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new MelodyException("The name of the file to write is empty; give a path.");
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new MelodyException("The name of the file to write holds a NUL character; give a plain path.");
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new MelodyException($"'{path}' is a folder; give the name of a file to write.");
        var target = Path.GetFullPath(path);
        if (File.Exists(target))
        {
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName ?? target;
            if (File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
                throw new MelodyException($"'{path}' is write-protected; choose another name or make it writable.");
        }
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
            throw new MelodyException($"Cannot write '{path}': the folder '{folder}' does not exist; create it first.");
        var name = Path.GetFileName(target);
        if (name.Length > 80)
            name = name[..80];
        return (target, Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.tmp"));
    }

    private static string? Sentence(string path, Exception exception) =>
        exception switch
        {
            UnauthorizedAccessException => $"Cannot write '{path}': permission denied; choose a folder that you may write to.",
            PathTooLongException => $"Cannot write '{path}': the name is too long; choose a shorter one.",
            DirectoryNotFoundException => $"Cannot write '{path}': its folder does not exist; create it first.",
            IOException e when IsDiskFull(e) => $"Cannot write '{path}': the disk is full; free some space or choose another folder.",
            IOException e when IsReadOnly(e) => $"Cannot write '{path}': the file system is read-only; choose another folder.",
            EndOfStreamException or FileNotFoundException => null, // about something that was read
            IOException e => $"Cannot write '{path}': {e.Message}",
            _ => null,
        };

    // ENOSPC and EDQUOT, or ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    private static bool IsDiskFull(IOException e) =>
        OperatingSystem.IsWindows()
            ? (e.HResult & 0xFFFF) is 0x70 or 0x27
            : e.HResult is 28 || e.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    // EROFS, or ERROR_WRITE_PROTECT.
    private static bool IsReadOnly(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 0x13 : e.HResult is 30;
}
