using Melody.Foundation;

namespace Melody.Tests.Foundation;

/// <summary>A name is given once, however many ask for it.</summary>
public sealed class NewNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneOfManyGetsTheName(bool claiming)
    {
        for (int round = 0; round < 20; round++)
        {
            var name = _folder[$"name-{round}"];
            var owners = Enumerable.Range(0, 8).Select(i => _folder[$"{round}-{i}"]).ToArray();
            foreach (var owner in owners)
                File.WriteAllText(owner, owner);
            var winners = new System.Collections.Concurrent.ConcurrentBag<string>();
            Parallel.ForEach(owners, owner =>
            {
                if (claiming ? NewName.TryClaim(owner, name) : NewName.TryGive(owner, name))
                    winners.Add(owner);
            });
            Assert.Equal(File.ReadAllText(name), Assert.Single(winners));
            Assert.Equal(7, owners.Count(File.Exists)); // the others still have theirs
        }
    }

    [Fact]
    public void NoFileIsReplacedAndNoneIsLost()
    {
        var path = _folder["song.wav"];
        var written = Enumerable
            .Range(0, 3)
            .Select(i =>
            {
                using var file = AtomicFile.Create(path);
                file.Stream.WriteByte((byte)i);
                return file.CommitUnlessTaken();
            })
            .ToList();
        Assert.Equal([path, _folder["song-2.wav"], _folder["song-3.wav"]], written);
        Assert.Equal([0, 1, 2], written.Select(file => (int)File.ReadAllBytes(file).Single()));
    }
}
