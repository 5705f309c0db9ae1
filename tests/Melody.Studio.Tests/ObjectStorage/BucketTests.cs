using Melody.Studio.ObjectStorage;
using Melody.Studio.Songs;
using Melody.Studio.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Melody.Studio.Tests.ObjectStorage;

/// <summary>Sounds in a bucket of a real server, seen by two processes.</summary>
public sealed class BucketTests : IAsyncLifetime
{
    private readonly string _place = S3Server.NewPlace();
    private readonly Clock _clock = new();
    private Bucket _bucket = null!;
    private BucketSounds _mine = null!,
        _theirs = null!;

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Ahead;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await S3Server.StartAsync();
        _bucket = new(BucketAddress.Parse(_place));
        (_mine, _theirs) = (Sounds(_bucket), Sounds(_bucket));
    }

    public ValueTask DisposeAsync()
    {
        _mine?.Dispose();
        _theirs?.Dispose();
        _bucket?.Dispose();
        return ValueTask.CompletedTask;
    }

    private BucketSounds Sounds(Bucket bucket) => new(bucket, SharedFolder.Youngest, _clock, NullLogger<BucketSounds>.Instance);

    private static byte[] Noise(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private Task<long> WriteAsync(string id, byte[] content) => _mine.WriteAsync(id, path => File.WriteAllBytes(path, content), Token);

    [Fact]
    public async Task What_one_process_keeps_another_hears()
    {
        var content = Noise(1, 3_000_000);
        Assert.Equal(content.Length, await WriteAsync("a", content));
        var path = await _theirs.PathAsync("a", Token);
        Assert.Equal(content, await File.ReadAllBytesAsync(path, Token));
        Assert.Equal(path, await _theirs.PathAsync("a", Token)); // a second time from its copy
        Assert.NotEqual(path, await _mine.PathAsync("a", Token));
        await _mine.RemoveAsync("a");
        Assert.False(File.Exists(await Sounds(_bucket).PathAsync("a", Token)));
        Assert.False(File.Exists(await _mine.PathAsync("a", Token)));
        await _mine.RemoveAsync("a"); // nothing is there, and nothing happens
    }

    [Fact]
    public async Task A_sound_that_could_not_be_written_is_nowhere()
    {
        await Assert.ThrowsAsync<MelodyException>(() =>
            _mine.WriteAsync(
                "a",
                path =>
                {
                    File.WriteAllBytes(path, [1]);
                    throw new MelodyException("The band has left.");
                },
                Token
            )
        );
        Assert.False(File.Exists(await _mine.PathAsync("a", Token)));
        Assert.Empty(await _bucket.ListAsync(Token));
    }

    [Fact]
    public async Task Only_old_sounds_without_a_song_are_swept_and_only_here()
    {
        using var elsewhere = new Bucket(BucketAddress.Parse($"{_place}-too"));
        await elsewhere.PutTextAsync("lost.flac", "x", Token);
        foreach (var id in new[] { "kept", "lost" })
            await WriteAsync(id, Noise(2, 100));
        await _bucket.PutTextAsync(SharedFolder.MarkName, "mark", Token);
        async Task<string[]> SweptAsync()
        {
            await _mine.SweepAsync(new HashSet<string> { "kept" }, Token);
            return [.. (await _bucket.ListAsync(Token)).Select(found => found.Key).Order(StringComparer.Ordinal)];
        }
        Assert.Equal(["database.id", "kept.flac", "lost.flac"], await SweptAsync());
        _clock.Ahead = SharedFolder.Youngest + TimeSpan.FromMinutes(1);
        Assert.Equal(["database.id", "kept.flac"], await SweptAsync());
        Assert.Single(await elsewhere.ListAsync(Token));
    }

    [Fact]
    public async Task A_long_list_comes_whole()
    {
        // a page of the protocol holds a thousand keys
        await Parallel.ForAsync(0, 1005, Token, async (i, token) => await _bucket.PutTextAsync($"{i:D4}.flac", "", token));
        var keys = (await _bucket.ListAsync(Token)).Select(found => found.Key).Order(StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(0, 1005).Select(i => $"{i:D4}.flac"), keys);
    }

    [Fact]
    public async Task The_mark_tells_whose_bucket_it_is()
    {
        using var place = new SharedBucket(BucketAddress.Parse(_place));
        var mark = await place.MarkAsync(null, Token);
        Assert.Equal(mark, await place.MarkAsync(mark, Token));
        Assert.Equal(mark, await place.MarkAsync(null, Token)); // a database that was made anew before there was any sound
        await RefusedAsync("not the one in which the sounds of this database lie", "another");
        await WriteAsync("a", [1]);
        await RefusedAsync("holds the sounds of another library", null);

        async Task RefusedAsync(string sentence, string? other) =>
            Assert.Contains(
                sentence,
                (await Assert.ThrowsAsync<MelodyException>(() => place.MarkAsync(other, Token))).Message,
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("s3://sounds", "sounds", "")]
    [InlineData("s3://my.sounds-2/", "my.sounds-2", "")]
    [InlineData("S3://sounds/of/melody/", "sounds", "of/melody/")]
    public void An_address_is_read(string text, string bucket, string prefix) =>
        Assert.Equal(new BucketAddress(bucket, prefix), BucketAddress.Parse(text));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://ab")]
    [InlineData("s3://Sounds")]
    [InlineData("s3://so unds/x")]
    [InlineData("s3://-sounds")]
    public void What_is_not_an_address_is_refused(string text) =>
        Assert.Contains(
            "s3://bucket/prefix",
            Assert.Throws<MelodyException>(() => BucketAddress.Parse(text)).Message,
            StringComparison.Ordinal
        );
}
