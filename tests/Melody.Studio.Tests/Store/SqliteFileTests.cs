using Melody.Studio.Store;
using Melody.Tests;

namespace Melody.Studio.Tests.Store;

/// <summary>A file of SQLite that is closed for good.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_closed_file_writes_nothing_more()
    {
        var path = _folder["studio.db"];
        var file = new SqliteFile(path);
        await file.ExecuteAsync("CREATE TABLE songs (id INTEGER)", Token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => file.ExecuteAsync($"INSERT INTO songs VALUES ({i})", Token)));
        await file.DisposeAsync();
        await file.DisposeAsync();
        foreach (var left in Directory.GetFiles(_folder.Path))
            File.Delete(left);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => file.ExecuteAsync("CREATE TABLE songs (id INTEGER)", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => file.ScalarAsync("SELECT 1", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => file.ReadAsync("SELECT 1", row => row.GetInt32(0), Token));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Closing_waits_for_commands_that_run()
    {
        var file = new SqliteFile(_folder["studio.db"]);
        using var begun = new ManualResetEventSlim();
        using var free = new ManualResetEventSlim();
        var reading = Task.Run(
            () =>
                file.ReadAsync(
                    "SELECT 1",
                    row =>
                    {
                        begun.Set();
                        free.Wait(Token);
                        return row.GetInt32(0);
                    },
                    Token
                ),
            Token
        );
        begun.Wait(Token);
        var closing = file.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        free.Set();
        Assert.Equal([1], await reading);
        await closing;
    }

    public void Dispose() => _folder.Dispose();
}
