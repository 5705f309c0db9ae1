using Melody.Corpus.Import;

namespace Melody.Tests.Corpus.Import;

public sealed class FolderWalkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string[] Found() =>
        [
            .. FolderWalk
                .Files(_folder["in"], TestContext.Current.CancellationToken)
                .Where(file => file.EndsWith(".wav", StringComparison.Ordinal))
                .Select(file => Path.GetRelativePath(_folder["in"], file)),
        ];

    [Fact]
    public void Links_to_parents_end_and_every_file_is_found_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        Directory.CreateDirectory(_folder["in/a/b"]);
        Directory.CreateDirectory(_folder["out/c"]);
        foreach (var name in new[] { "in/x.wav", "in/a/y.wav", "in/a/b/z.wav", "out/c/o.wav" })
            File.WriteAllText(_folder[name], "");
        Directory.CreateSymbolicLink(_folder["in/a/up"], "..");
        Directory.CreateSymbolicLink(_folder["in/a/up2"], _folder["in"]);
        Directory.CreateSymbolicLink(_folder["in/a/b/side"], "../../a");
        Directory.CreateSymbolicLink(_folder["in/a/broken"], "nowhere");
        Directory.CreateSymbolicLink(_folder["in/music"], "../out"); // outside: followed
        Directory.CreateSymbolicLink(_folder["out/c/back"], "../../in/music");
        Assert.Equal(["a/b/z.wav", "a/y.wav", "music/c/o.wav", "x.wav"], Found().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_walk_can_be_ended_and_a_missing_folder_is_an_error()
    {
        Directory.CreateDirectory(_folder["in"]);
        Assert.Throws<OperationCanceledException>(() => FolderWalk.Files(_folder["in"], new CancellationToken(canceled: true)).ToList());
        Directory.Delete(_folder["in"]);
        Assert.ThrowsAny<IOException>(Found);
    }

    public void Dispose() => _folder.Dispose();
}
