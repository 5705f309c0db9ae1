using Melody.Studio.Songs;
using Melody.Tests;

namespace Melody.Studio.Tests.Songs;

/// <summary>A studio empties its cache and sweeps its songs, so it opens no folder that somebody keeps other things in.</summary>
public sealed class StudioFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Put(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], "mine");
    }

    [Theory]
    [InlineData("songs/my best song.flac")]
    [InlineData("cache/expensive.bin")]
    [InlineData("incoming/letter.txt")]
    [InlineData("music/deep/a.wav")]
    [InlineData("corpus.json")]
    public void A_folder_of_other_things_is_refused_and_stays_as_it_is(string file)
    {
        Put(file);
        var error = Assert.Throws<MelodyException>(() => StudioFolder.Lock(_folder.Path));
        Assert.Contains($"holds '{file.Split('/')[0]}'", error.Message, StringComparison.Ordinal);
        Assert.Equal([_folder[file]], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal("mine", File.ReadAllText(_folder[file]));
    }

    [Theory]
    [InlineData("lost+found/x")]
    [InlineData(".snapshot/x")]
    [InlineData("studio.db")] // of a backup
    public void A_new_volume_and_a_studios_own_folder_are_opened(string file)
    {
        Put(file);
        Directory.CreateDirectory(_folder["songs"]);
        StudioFolder.Lock(_folder.Path).Dispose();
        StudioFolder.Open(_folder.Path);
        Assert.Equal("mine", File.ReadAllText(_folder[file]));
        Put("cache/a.mp3"); // of an earlier run
        StudioFolder.Lock(_folder.Path).Dispose();
        StudioFolder.Open(_folder.Path);
        Assert.Empty(Directory.GetFiles(_folder["cache"]));
    }
}
