using System.Collections.Concurrent;
using Melody.Studio.Postgres;
using Melody.Studio.Tests.Support;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>Jobs in a database, with a worker in the same process.</summary>
public sealed class SharedJobTests : JobTests
{
    private readonly ConcurrentDictionary<string, DatabaseAddress> _databases = new(StringComparer.Ordinal);

    private protected override async Task<TestStudio> StartAsync(
        FakeEngine? engine = null,
        string? data = null,
        Func<StudioOptions, StudioOptions>? change = null
    )
    {
        var server = await PostgresServer.StartAsync();
        var database = data is not null && _databases.TryGetValue(data, out var known) ? known : await server.NewDatabaseAsync();
        if (data is not null)
            _databases[data] = database;
        return await TestStudio.StartAsync(engine, data, options =>
            (change?.Invoke(options) ?? options) with
            {
                Database = database,
                Sounds = Path.Combine(options.Data, "shared"),
            }
        );
    }

    [Fact]
    public async Task A_piece_cannot_be_heard_while_another_process_may_make_it_and_the_answer_says_so()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        var id = await studio.SubmitAsync(new { prompt = "one", seconds = 1 });
        using var answer = await studio.Client.GetAsync($"/v1/jobs/{id}/audio", Token);
        Assert.Contains("once it is made", await RefusalAsync(answer, 409), StringComparison.Ordinal);
    }
}
