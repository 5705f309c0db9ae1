using System.Diagnostics;

namespace Melody.Tests.Training;

/// <summary>
/// <c>tools/gpu</c> with a stand-in for the tool: what is packed arrives, what is trained comes back, and a damaged part is
/// noticed.
/// </summary>
public sealed class GpuBundleTests : IDisposable
{
    // 20 MB in a checkpoint, so that it comes back in two parts
    private const string Tool = """
        #!/bin/sh
        echo "$@"
        [ "$1" = train ] || exit 0
        [ "$2" != diffusion ] || exit 7
        mkdir -p "run/$2/checkpoints" model
        head -c 20000000 /dev/zero | tr '\0' x > "run/$2/checkpoints/step-000000002.safetensors"
        echo old > "run/$2/checkpoints/step-000000001.safetensors"
        head -c 17000000 /dev/zero > "model/$2.safetensors"
        # stages run side by side, and the tool replaces this file whole
        cp corpus/shard-00000.flac model/config.$$ && mv -f model/config.$$ model/config.json
        """;

    private readonly TemporaryFolder _folder = new();

    private static string Scripts
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!Directory.Exists(Path.Combine(folder.FullName, "tools", "gpu")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException("tools/gpu");
            return Path.Combine(folder.FullName, "tools", "gpu");
        }
    }

    private async Task<(int Code, string Text)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["MELODY_LIBTORCH"] = _folder["torch"];
        start.Environment["MELODY_DEVICE"] = "cpu";
        using var process = Process.Start(start)!;
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    [Fact]
    public async Task What_goes_there_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The bundles are for Linux.");
        Directory.CreateDirectory(_folder["tool"]);
        Directory.CreateDirectory(_folder["music"]);
        await File.WriteAllTextAsync(_folder["tool/Melody.Cli"], Tool.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["tool/libtorch_cpu.so"], "stays here", TestContext.Current.CancellationToken);
        var music = new byte[3_000_000];
        new Random(1).NextBytes(music);
        await File.WriteAllBytesAsync(_folder["music/shard-00000.flac"], music, TestContext.Current.CancellationToken);

        var packed = await RunAsync(
            "bash",
            Path.Combine(Scripts, "pack.sh"),
            "-o",
            _folder["packed"],
            "--tool",
            _folder["tool"],
            "--corpus",
            _folder["music"],
            "--part-mb",
            "1"
        );
        Assert.True(packed.Code == 0, packed.Text);
        var parts = Directory.GetFiles(_folder["packed"], "melody.tar.xz.*").Order(StringComparer.Ordinal).ToArray();
        Assert.True(parts.Length >= 3);
        Assert.All(parts, part => Assert.True(new FileInfo(part).Length <= 1 << 20));

        var unpacked = await RunAsync("sh", _folder["packed/unpack.sh"], _folder["there"]);
        Assert.True(unpacked.Code == 0, unpacked.Text);
        Assert.Equal(music, await File.ReadAllBytesAsync(_folder["there/corpus/shard-00000.flac"], TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_folder["there/tool/libtorch_cpu.so"]));

        var run = await RunAsync("sh", _folder["there/run.sh"], "autoencoder", "3", "--preset", "mini");
        Assert.True(run.Code == 0, run.Text);
        Assert.Contains(
            "train autoencoder --corpus corpus --run run/autoencoder -o model --minutes 3 --resume --device cpu --preset mini",
            run.Text,
            StringComparison.Ordinal
        );
        var back = Directory.GetFiles(_folder["there/back"], "*.tar.*");
        Assert.Equal(3, back.Length);
        Assert.All(back, part => Assert.True(new FileInfo(part).Length <= 16 << 20));
        Assert.Equal(0, (await RunAsync("sh", _folder["there/back/unpack.sh"], _folder["home"])).Code);
        Assert.Equal(20_000_000, new FileInfo(_folder["home/run/autoencoder/checkpoints/step-000000002.safetensors"]).Length);
        Assert.False(File.Exists(_folder["home/run/autoencoder/checkpoints/step-000000001.safetensors"]));
        Assert.Equal(music, await File.ReadAllBytesAsync(_folder["home/model/config.json"], TestContext.Current.CancellationToken));

        Assert.Equal(2, (await RunAsync("sh", _folder["there/run.sh"], "diffusion", "3")).Code); // nothing encoded was packed
        Directory.CreateDirectory(_folder["there/encoded"]);
        Assert.Equal(1, (await RunAsync("sh", _folder["there/run.sh"], "diffusion", "3")).Code); // it failed before the first checkpoint
        Directory.CreateDirectory(_folder["there/run/diffusion/checkpoints"]);
        await File.WriteAllTextAsync(
            _folder["there/run/diffusion/checkpoints/step-000000005.safetensors"],
            "",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(7, (await RunAsync("sh", _folder["there/run.sh"], "diffusion", "3")).Code); // the tool's own failure

        var bytes = await File.ReadAllBytesAsync(parts[1], TestContext.Current.CancellationToken);
        bytes[1000] ^= 1;
        await File.WriteAllBytesAsync(parts[1], bytes, TestContext.Current.CancellationToken);
        var damaged = await RunAsync("sh", _folder["packed/unpack.sh"], _folder["again"]);
        Assert.Equal(2, damaged.Code);
        Assert.Contains("damaged", damaged.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_model_comes_back_part_by_part()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The bundles are for Linux.");
        Directory.CreateDirectory(_folder["there/tool"]);
        Directory.CreateDirectory(_folder["there/corpus"]);
        foreach (var script in Directory.GetFiles(Scripts))
            File.Copy(script, Path.Combine(_folder["there"], Path.GetFileName(script)));
        await File.WriteAllTextAsync(
            _folder["there/tool/Melody.Cli"],
            Tool.ReplaceLineEndings("\n"),
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(_folder["there/corpus/shard-00000.flac"], "music", TestContext.Current.CancellationToken);
        var run = await RunAsync("sh", _folder["there/train-all.sh"], "1", "2", "--preset", "mini");
        Assert.True(run.Code == 0, run.Text);
        foreach (var stage in new[] { "autoencoder", "joint-embedding", "semantic-tokenizer", "semantic-lm" })
        {
            Assert.Contains($"{stage}: done", run.Text, StringComparison.Ordinal);
            Assert.Equal(
                [16 << 20, 17_000_000 - (16 << 20)],
                Directory
                    .GetFiles(_folder["there/back"], $"{stage}.safetensors.*")
                    .Order(StringComparer.Ordinal)
                    .Select(f => (int)new FileInfo(f).Length)
            );
        }
        Assert.Contains("diffusion: failed", run.Text, StringComparison.Ordinal); // the stand-in's way
        Assert.Contains(
            "--set batch=48 --preset mini",
            await File.ReadAllTextAsync(_folder["there/back/semantic-lm.log"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal("music", await File.ReadAllTextAsync(_folder["there/back/config.json"], TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();
}
