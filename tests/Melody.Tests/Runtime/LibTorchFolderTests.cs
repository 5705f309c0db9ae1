using System.Diagnostics;
using System.Text.Json;
using Melody.Audio;
using Melody.Tests.Audio;

namespace Melody.Tests.Runtime;

/// <summary>Another libtorch, named by MELODY_LIBTORCH: a copy works, a wrong folder is said. Each in a process of its own.</summary>
public sealed class LibTorchFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private string Music()
    {
        var folder = Directory.CreateDirectory(_temporary["music"]).FullName;
        new AudioClip(Sounds.Sine(220, 16_000, 48_000, 0.3), 16_000).Write(Path.Combine(folder, "a.wav"));
        return folder;
    }

    private static string Packaged => Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");

    [Fact]
    public async Task AnotherFolderIsTheOneThatIsLoaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists(Packaged), "The packaged libtorch is another platform's.");
        var folder = Directory.CreateDirectory(_temporary["torch"]).FullName;
        foreach (var file in Directory.EnumerateFiles(Packaged, "lib*"))
            if (Path.GetFileName(file) != "libLibTorchSharp.so")
                File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(file)), file);
        // the big one as a file of its own: it is this one that has to be loaded
        File.Delete(Path.Combine(folder, "libtorch_cpu.so"));
        File.Copy(Path.Combine(Packaged, "libtorch_cpu.so"), Path.Combine(folder, "libtorch_cpu.so"));
        var (code, output, error) = await ToolAsync(folder, "doctor", "--json");
        Assert.Equal((0, ""), (code, error));
        var libtorch = JsonDocument.Parse(output).RootElement.GetProperty("libtorch");
        Assert.True(libtorch.GetProperty("usable").GetBoolean());
        Assert.Equal(Path.Combine(folder, "libtorch_cpu.so"), libtorch.GetProperty("file").GetString());

        // what hears keys uses libtorch without a model
        (code, _, error) = await ToolAsync(folder, "corpus", "import", Music(), "-o", _temporary["corpus"], "--format", "wav", "-q");
        Assert.True(code == 0, error);
    }

    [Theory]
    [InlineData(false, "no libtorch_cpu.so")]
    [InlineData(true, "does not load")]
    public async Task AFolderWithoutAUsableOneIsSaid(bool broken, string part)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux chooses its libtorch by a folder.");
        var folder = Directory.CreateDirectory(_temporary["torch"]).FullName;
        if (broken)
            File.WriteAllText(Path.Combine(folder, "libtorch_cpu.so"), "no library");
        string[][] commands =
        [
            ["doctor", "--json"],
            ["corpus", "import", Music(), "-o", _temporary["corpus"], "--format", "wav", "-q"],
        ];
        foreach (var command in commands)
        {
            var (code, output, error) = await ToolAsync(folder, command);
            Assert.NotEqual(0, code);
            Assert.Contains(part, output + error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(_temporary["corpus"]));
    }

    private static async Task<(int Code, string Output, string Error)> ToolAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["MELODY_LIBTORCH"] = folder;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
