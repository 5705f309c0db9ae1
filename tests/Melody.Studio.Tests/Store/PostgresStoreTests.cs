using Melody.Studio.Postgres;
using Melody.Studio.Store;
using Melody.Studio.Tests.Support;

namespace Melody.Studio.Tests.Store;

/// <summary>The store in a database of PostgreSQL.</summary>
public sealed class PostgresStoreTests : StoreTests
{
    private DatabaseAddress? _address;

    private protected override async Task<IStudioStore> OpenAsync()
    {
        _address ??= await (await PostgresServer.StartAsync()).NewDatabaseAsync();
        return new SqlStore(await PostgresDatabase.OpenAsync(_address, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Signs_that_PostgreSQL_cannot_keep_are_replaced()
    {
        var song = new SongRecord(TimedId.New(), "a\0b \ud83c c \ud83c\udfb5", DateTimeOffset.UnixEpoch, 1, 8000, 1) { Origin = "upload" };
        Assert.True(await Store.AddSongAsync(song, [], null, TestContext.Current.CancellationToken));
        var kept = await Store.FindSongAsync(song.Id, TestContext.Current.CancellationToken);
        Assert.Equal("a\ufffdb \ufffd c \ud83c\udfb5", kept!.Title);
    }

    [Fact]
    public async Task A_database_of_another_version_is_refused_with_a_sentence()
    {
        var token = TestContext.Current.CancellationToken;
        await using (var database = await PostgresDatabase.OpenAsync(_address!, TimeSpan.Zero, token))
            await database.ExecuteAsync("UPDATE melody_facts SET value = '2' WHERE name = 'schema'", token);
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => PostgresDatabase.OpenAsync(_address!, TimeSpan.Zero, token));
        Assert.Contains("another version of Melody", refusal.Message, StringComparison.Ordinal);
    }
}
