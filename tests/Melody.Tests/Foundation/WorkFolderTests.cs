using Melody.Foundation;

namespace Melody.Tests.Foundation;

/// <summary>What a killed process leaves goes; what another one uses stays.</summary>
public sealed class WorkFolderTests : IDisposable
{
    private static readonly string Id = new('0', 32);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFolderGoesWithItsUse()
    {
        string path;
        using (var work = WorkFolder.Create("test"))
        {
            path = work.Path;
            File.WriteAllText(Path.Combine(path, "a.txt"), "x");
            WorkFolder.Sweep(Path.GetDirectoryName(path)!, "test");
            Assert.True(File.Exists(Path.Combine(path, "a.txt")));
        }
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void FoldersOfTheDeadAreSwept()
    {
        foreach (var name in new[] { "melody-test-dead", "melody-other-dead", "melody-test-young" })
        {
            Directory.CreateDirectory(_folder[name]);
            File.WriteAllText(Path.Combine(_folder[name], "song.mid"), "x");
            if (!name.EndsWith("young", StringComparison.Ordinal))
                File.WriteAllText(Path.Combine(_folder[name], ".lock"), "");
        }
        WorkFolder.Sweep(_folder.Path, "test");
        Assert.Equal(["melody-other-dead", "melody-test-young"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void TemporaryFilesOfTheDeadAreSwept()
    {
        string dead = $".song.wav.{Id}.tmp",
            young = $".young.wav.{Id}.tmp",
            held = $".held.wav.{Id}.tmp";
        string[] foreign = [".song.wav.tmp", $"song.{Id}.tmp", $".song.{Id[1..]}.tmp"];
        foreach (var name in foreign.Append(dead).Append(held).Append(young))
            File.WriteAllText(_folder[name], "x");
        foreach (var name in foreign.Append(dead).Append(held))
            File.SetLastWriteTimeUtc(_folder[name], DateTime.UtcNow.AddMinutes(-1));
        using (new FileStream(_folder[held], FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
            Leftovers.Remove(_folder.Path);
        Assert.Equal(foreign.Append(held).Append(young).Order(), Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void WritingAFileSweepsItsFolder()
    {
        var dead = _folder[$".song.wav.{Id}.tmp"];
        File.WriteAllText(dead, "x");
        File.SetLastWriteTimeUtc(dead, DateTime.UtcNow.AddMinutes(-1));
        AtomicFile.WriteText(_folder["a.txt"], "a");
        Assert.Equal([_folder["a.txt"]], Directory.GetFiles(_folder.Path));
    }
}
