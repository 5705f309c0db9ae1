namespace Melody.Tests.Cli;

/// <summary><c>melody play</c> with a player that keeps what it is given.</summary>
public sealed class PlayVerbTests
{
    [Fact]
    public async Task The_player_gets_as_much_music_as_was_asked_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The player is a shell script.");
        using var folder = new TemporaryFolder();
        string kept = folder["kept.raw"];
        await File.WriteAllTextAsync(folder["pw-cat"], $"#!/bin/sh\n/bin/cat > '{kept}'\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["pw-cat"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string? path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", Path.GetDirectoryName(folder["pw-cat"]) + Path.PathSeparator + path);
        try
        {
            var run = await ToolRun.UntrainedAsync("play", "drums", "--seconds", "0.5", "--seed", "3", "--quiet");
            Assert.Equal((0, "", ""), (run.Code, run.Output, run.Error));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
        // half a second, a buffer and the fade at most
        long samples = new FileInfo(kept).Length / sizeof(short);
        Assert.InRange(samples, 12_000, 12_000 + 2_400 + 1_200 + 1);
    }

    [Fact]
    public async Task What_cannot_be_played_is_refused()
    {
        (await ToolRun.UntrainedAsync("play", "drums", "--json")).AssertRefused("leave out --json");
        (await ToolRun.UntrainedAsync("play", "...")).AssertRefused("no words");
    }
}
