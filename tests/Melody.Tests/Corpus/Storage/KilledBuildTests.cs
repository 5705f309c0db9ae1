using System.Diagnostics;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Tests.Corpus.Rendering;

namespace Melody.Tests.Corpus.Storage;

/// <summary>The tool itself, as a process, killed (SIGKILL) at several moments of its run.</summary>
public sealed class KilledBuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("melody-killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Process Start(string folder, SoundFont font)
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll");
        string[] arguments =
        [
            tool,
            "corpus",
            "build",
            "--minutes",
            "1",
            "--piece-seconds",
            "16",
            "--rate",
            "8000",
            "--no-mma",
            "--shard-pieces",
            "1",
            "--jobs",
            "2",
            "--format",
            "wav",
            "--font",
            font.Name,
            "-o",
            folder,
            "-q",
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    private static async Task Finish(string folder, SoundFont font)
    {
        using var run = Start(folder, font);
        var error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, error);
    }

    private static int Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetFiles(folder, pattern).Length : 0;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_whenever_the_build_is_killed()
    {
        var font = SynthesizerTests.SmallFont();
        var (whole, killed) = (Path.Combine(_folder, "whole"), Path.Combine(_folder, "killed"));
        await Finish(whole, font);
        // One after the other: the first file is begun; a shard is complete; another one; audio is there without its hashes.
        Func<int, bool>[] moments =
        [
            _ => Files(killed, ".shard*.tmp") > 0,
            before => Files(killed, "*.sha256") > before,
            before => Files(killed, "*.sha256") > before && Files(killed, ".shard*.tmp") > 0,
            _ => Files(killed, "*.wav") > Files(killed, "*.sha256"),
        ];
        foreach (var moment in moments)
        {
            var before = Files(killed, "*.sha256");
            using var run = Start(killed, font);
            while (!run.HasExited && !moment(before))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (moment == moments[0])
                Assert.NotEqual(0, Files(killed, ".shard*.tmp"));
            // What claims to be complete is complete.
            foreach (var index in ShardFiles.FindComplete(killed))
            {
                var files = new ShardFiles(killed, index, ShardFormat.Wav);
                files.Check(files.Audio);
                files.Check(files.Records);
            }
        }
        await Finish(killed, font);
        Assert.Equal(CorpusBuilderTests.Hashes(whole), CorpusBuilderTests.Hashes(killed));
        Assert.Empty(Directory.GetFiles(killed, ".shard*"));
    }
}
