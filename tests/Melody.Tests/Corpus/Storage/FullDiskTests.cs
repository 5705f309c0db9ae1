using System.Diagnostics;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Tests.Corpus.Rendering;

namespace Melody.Tests.Corpus.Storage;

/// <summary>The tool itself on a disk that fills up: a small file system in memory, in a namespace of its own.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("melody-full-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Builds until the disk is full, copies what is there, makes room, goes on, copies again; 77 where nothing may be mounted.
    private const string Script = """
        mount -t tmpfs -o size=700k tmpfs "$1/disk" 2>/dev/null || exit 77
        shift_root="$1"; shift
        "$@" -o "$shift_root/disk/c" 2> "$shift_root/first.txt"; echo $? > "$shift_root/first.code"
        cp -r "$shift_root/disk/c" "$shift_root/full"
        mount -o remount,size=64m tmpfs "$shift_root/disk" || exit 77
        "$@" -o "$shift_root/disk/c" 2> "$shift_root/second.txt"; echo $? > "$shift_root/second.code"
        cp -r "$shift_root/disk/c" "$shift_root/later"
        """;

    [Theory]
    [InlineData("wav")]
    [InlineData("flac")]
    public async Task A_full_disk_is_said_in_one_sentence_and_the_build_goes_on_when_there_is_room(string format)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A disk of its own is made by Linux only");
        Assert.SkipWhen(format == "flac" && !SoundFile.IsAvailable, SoundFile.InstallHint);
        string[] build =
        [
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll"),
            "corpus",
            "build",
            "--minutes",
            "1",
            "--piece-seconds",
            "16",
            "--rate",
            "16000",
            "--no-mma",
            "--shard-pieces",
            "1",
            "--jobs",
            "1",
            "--format",
            format,
            "--font",
            SynthesizerTests.SmallFont().Name,
            "-q",
        ];
        Directory.CreateDirectory(At("disk"));
        Assert.SkipWhen(
            await Run(["unshare", "-rm", "sh", "-c", Script, "sh", _folder, .. build]) is 77 or 127 or 1,
            "This machine lets nobody mount a file system of their own"
        );

        var error = await File.ReadAllTextAsync(At("first.txt"), TestContext.Current.CancellationToken);
        Assert.Equal("2", (await File.ReadAllTextAsync(At("first.code"), TestContext.Current.CancellationToken)).Trim());
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("the disk is full", error, StringComparison.Ordinal);
        // Nothing half-written, and what claims to be complete is complete.
        Assert.Empty(Directory.GetFiles(At("full"), ".shard*"));
        var complete = ShardFiles.FindComplete(At("full"));
        Assert.NotEmpty(complete);
        foreach (var index in complete)
        {
            var files = new ShardFiles(At("full"), index, EnumName<ShardFormat>.Parse(format));
            files.Check(files.Audio);
            files.Check(files.Records);
        }

        Assert.Equal("0", (await File.ReadAllTextAsync(At("second.code"), TestContext.Current.CancellationToken)).Trim());
        Assert.Equal(0, await Run([.. build, "-o", At("whole")]));
        Assert.True(complete.Count < ShardFiles.FindComplete(At("whole")).Count);
        Assert.Equal(CorpusBuilderTests.Hashes(At("whole")), CorpusBuilderTests.Hashes(At("later")));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static async Task<int> Run(string[] command)
    {
        Process? process;
        try
        {
            process = Process.Start(new ProcessStartInfo(command[0], command[1..]));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 127;
        } // there is no unshare
        using (process)
        {
            await process!.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode;
        }
    }
}
