using Melody.Studio.Store;
using Melody.Tests;

namespace Melody.Studio.Tests.Store;

/// <summary>The store in a file of SQLite.</summary>
public sealed class SqliteStoreTests : StoreTests
{
    private readonly TemporaryFolder _folder = new();

    private protected override async Task<IStudioStore> OpenAsync() =>
        await SqliteStore.OpenAsync(_folder["studio.db"], TestContext.Current.CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("this is no database, but text that is long enough to look at")]
    public async Task A_file_that_is_no_library_is_refused_with_a_sentence_and_stays(string text)
    {
        await File.WriteAllTextAsync(_folder["other.db"], text, TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<MelodyException>(() =>
            SqliteStore.OpenAsync(_folder["other.db"], TestContext.Current.CancellationToken)
        );
        Assert.Contains("name another data folder", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_folder["other.db"], TestContext.Current.CancellationToken));
    }
}
