using Melody.Foundation;

namespace Melody.Tests.Foundation;

/// <summary>A file is whole or not there, and what the system refuses is told in one sentence.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("melody-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WritesAndReplaces()
    {
        var path = Path.Combine(_folder, "a.txt");
        AtomicFile.WriteText(path, "one");
        AtomicFile.WriteText(path, "zwölf");
        Assert.Equal("zwölf", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task FailureLeavesTheOldFileAndNothingElse()
    {
        var path = Path.Combine(_folder, "a.txt");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
            {
                stream.WriteByte(1);
                throw new InvalidOperationException();
            }));
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            AtomicFile.WriteAsync(
                path,
                async (stream, token) =>
                {
                    await stream.WriteAsync(new byte[10], token);
                    await cancelled.CancelAsync();
                },
                cancelled.Token
            )
        );
        using (var file = AtomicFile.Create(path))
            file.Stream.WriteByte(7);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void FullDiskIsSaid()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's disk without room.");
        var path = Path.Combine(_folder, "a.bin");
        var error = Assert.Throws<MelodyException>(() => AtomicFile.Write(path, _ =>
            {
                using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                full.WriteByte(1);
            }));
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void WhatCannotBeWrittenIsNamed()
    {
        var file = Path.Combine(_folder, "plain");
        File.WriteAllText(file, "");
        Assert.Contains("is a folder", Message(_folder), StringComparison.Ordinal);
        Assert.Contains("empty", Message(" "), StringComparison.Ordinal);
        Assert.Contains("does not exist", Message(Path.Combine(_folder, "no", "a")), StringComparison.Ordinal);
        Assert.Contains("does not exist", Message(Path.Combine(file, "a")), StringComparison.Ordinal);
        Assert.Contains("NUL", Message("a\0b"), StringComparison.Ordinal);
        static string Message(string path) => Assert.Throws<MelodyException>(() => AtomicFile.WriteText(path, "x")).Message;
    }

    [Fact]
    public void ReadOnlyFoldersAndFilesAreRespected()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Folders are protected in another way on Windows.");
            return;
        }
        var path = Path.Combine(_folder, "a");
        File.WriteAllText(path, "kept");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Assert.Throws<MelodyException>(() => AtomicFile.WriteText(path, "x"));
        Assert.Equal("kept", File.ReadAllText(path));
    }

    [Fact]
    public void AForbiddenFolderIsSaid()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/sys is Linux's folder where nobody makes files.");
        var message = Assert.Throws<MelodyException>(() => AtomicFile.WriteText("/sys/melody-test", "x")).Message;
        Assert.StartsWith("Cannot write '/sys/melody-test'", message, StringComparison.Ordinal);
        Assert.EndsWith(
            "choose a folder that you may write to.",
            message.Replace(
                "the file system is read-only; choose another folder.",
                "choose a folder that you may write to.",
                StringComparison.Ordinal
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ALinkKeepsPointing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        string target = Path.Combine(_folder, "target"),
            link = Path.Combine(_folder, "link");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);
        AtomicFile.WriteText(link, "new");
        Assert.Equal("new", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }
}
