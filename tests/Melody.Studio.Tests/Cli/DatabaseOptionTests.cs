using Melody.Cli;
using Melody.Cli.Shared;
using Melody.Studio.Postgres;
using Melody.Studio.Tests.Support;
using Melody.Tests;

namespace Melody.Studio.Tests.Cli;

/// <summary>Every mistake with the database and the folder beside it is one sentence and exit code 2, before a model is loaded.</summary>
public sealed class DatabaseOptionTests
{
    internal static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var tool = new MelodyTool(new Terminal(output, error, Interactive: false));
        int code = await tool.RunAsync(arguments, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    internal static async Task RefusedAsync(string part, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (code, output));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name it with --database", "worker", "--sounds", "x")]
    [InlineData("folder of sounds is missing", "worker", "--database", "postgres://h/d")]
    [InlineData("not the address of a PostgreSQL database", "worker", "--sounds", "x", "--database", "studio.db")]
    [InlineData("--lease is '0'", "worker", "--sounds", "x", "--database", "postgres://h/d", "--lease", "0")]
    [InlineData("--workers 0 needs the database", "serve", "--workers", "0")]
    [InlineData("--sounds needs the database", "serve", "--sounds", "x")]
    [InlineData("name it with --sounds", "serve", "--database", "postgres://h/d")]
    [InlineData("--workers is '2'", "serve", "--workers", "2")]
    public Task A_mistake_is_told(string part, params string[] arguments) => RefusedAsync(part, arguments);

    [Fact]
    public async Task A_database_that_is_not_there_ends_the_worker_with_a_sentence()
    {
        using var folder = new TemporaryFolder();
        string[] arguments =
        [
            "worker",
            "--sounds",
            folder["sounds"],
            "--database",
            "postgres://me:secret@127.0.0.1:1/d",
            "--untrained",
            "test",
        ];
        await RefusedAsync("The database at 127.0.0.1:1/d cannot be used", arguments);
        Assert.False(Directory.Exists(folder["sounds"]));
    }

    [Fact]
    public async Task The_folder_of_another_database_is_refused()
    {
        var server = await PostgresServer.StartAsync();
        var (first, second) = (await server.NewDatabaseAsync(), await server.NewDatabaseAsync());
        using var folder = new TemporaryFolder();
        await OpenAsync(first, folder["a"]);
        await OpenAsync(second, folder["b"]);
        await OpenAsync(first, folder["a"]);
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => OpenAsync(first, folder["b"]));
        Assert.Contains("give --sounds the folder that all its processes share", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MelodyException>(() => OpenAsync(first, folder["new"]));
    }

    [Fact]
    public async Task Sounds_of_another_library_are_not_taken_for_left_over()
    {
        var server = await PostgresServer.StartAsync();
        using var folder = new TemporaryFolder();
        var token = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(folder["songs"]);
        var sound = Path.Combine(folder["songs"], "a.flac");
        await File.WriteAllTextAsync(sound, "music", token);
        var empty = await server.NewDatabaseAsync();
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => OpenAsync(empty, folder["songs"]));
        Assert.Contains("sounds of another library", refusal.Message, StringComparison.Ordinal);

        File.Move(sound, folder["a.flac"]);
        await OpenAsync(empty, folder["songs"]);
        File.Move(folder["a.flac"], sound);
        using var engine = new FakeEngine();
        refusal = await Assert.ThrowsAsync<MelodyException>(() => TestStudio.StartAsync(engine, folder.Path));
        Assert.Contains("belong to a database", refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(sound));
    }

    private static async Task OpenAsync(DatabaseAddress database, string folder)
    {
        var shared = await SharedStore.OpenAsync(database, folder, TimeSpan.Zero, TestContext.Current.CancellationToken);
        await shared.Store.DisposeAsync();
    }
}
