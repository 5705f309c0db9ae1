using System.Diagnostics;
using System.Text.Json;
using Melody.Cli.Diagnosis;

namespace Melody.Tests.Cli;

/// <summary>Exit codes, sentences and the split between standard output and standard error.</summary>
public sealed class MelodyToolTests
{
    [Theory]
    [InlineData("'bogus'", "bogus")]
    [InlineData("'--nope'", "doctor", "--nope")]
    [InlineData("--threads is '0'; give a whole number from 1 to 1024", "doctor", "--threads", "0")]
    [InlineData("--threads is 'two'", "doctor", "--threads", "two")]
    [InlineData("--threads is '99999999999999999999'", "doctor", "--threads", "99999999999999999999")]
    [InlineData("--device is 'tpu'; choose auto, cpu or cuda", "doctor", "--device", "tpu")]
    [InlineData("--device", "doctor", "--device")]
    [InlineData("'@file'", "doctor", "@file")]
    [InlineData("'genrate'; did you mean 'generate'?", "genrate", "calm piano")]
    [InlineData("'--quite'; did you mean '--quiet'?", "doctor", "--quite")]
    [InlineData("'--second' is not an option of generate; did you mean '--seconds'?", "generate", "calm piano", "--second", "3")]
    [InlineData("'bild'; did you mean 'build'?", "corpus", "bild")]
    [InlineData("'xyz' (see 'melody --help'", "xyz")]
    public async Task BadCommandLinesAreOneSentence(string part, params string[] args)
    {
        var run = await ToolRun.RunAsync(args);
        run.AssertRefused(part);
        Assert.Contains("--help')", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HelpNamesTheVerbsAndTheGlobalOptions()
    {
        foreach (var args in new string[][] { [], ["--help"], ["-h"] })
        {
            var run = await ToolRun.RunAsync(args);
            Assert.Equal((0, ""), (run.Code, run.Error));
            foreach (var word in new[] { "melody", "doctor", "--json", "--quiet", "--device", "--threads", "--model" })
                Assert.Contains(word, run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task DoctorSeesThisMachine()
    {
        var run = await ToolRun.RunAsync("doctor", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var report = run.Json;
        Assert.True(report.GetProperty("libtorch").GetProperty("usable").GetBoolean());
        Assert.Equal("0.107.0", report.GetProperty("libtorch").GetProperty("torchSharp").GetString());
        if (report.GetProperty("libtorch").GetProperty("loaded").GetString() is { } loaded)
            Assert.StartsWith("2.10.", loaded, StringComparison.Ordinal);
        var model = report.GetProperty("model");
        Assert.Equal(model.GetProperty("usable").GetBoolean(), Directory.Exists(model.GetProperty("folder").GetString()));
        Assert.Equal(["cpu", "cuda"], report.GetProperty("devices").EnumerateArray().Select(d => d.GetProperty("name").GetString()));
        Assert.InRange(
            report.GetProperty("memory").GetProperty("freeBytes").GetInt64(),
            1,
            report.GetProperty("memory").GetProperty("totalBytes").GetInt64()
        );
        Assert.Equal(
            [
                "libsndfile",
                "ffmpeg",
                "fluidsynth",
                "sound font fluid-r3",
                "sound font musescore-general",
                "sound font musescore-general-lite",
                "sound font csound",
                "mma",
            ],
            report.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString())
        );
        foreach (var tool in report.GetProperty("tools").EnumerateArray())
        {
            bool found = tool.GetProperty("found").GetBoolean();
            Assert.Equal(found, tool.GetProperty("install").ValueKind == JsonValueKind.Null);
            if (!found)
                Assert.StartsWith("apt-get install ", tool.GetProperty("install").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2.10.0", null)]
    [InlineData("2.10.1", null)]
    [InlineData("2.11.0", null)]
    [InlineData("2.12.0", "point MELODY_LIBTORCH at a 2.10 or 2.11")]
    [InlineData("2.1.0", "but 2.1.0 is loaded")]
    public void DoctorKnowsWhichLibTorchWorks(string loaded, string? problem)
    {
        var told = LibTorchReport.ProblemOf("0.107.0", "2.10.0", loaded);
        if (problem is null)
            Assert.Null(told);
        else
            Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoctorSpeaksToPeopleToo()
    {
        var run = await ToolRun.RunAsync("doctor");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("TorchSharp 0.107.0", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task TheRealProgramSaysTheSame()
    {
        Assert.Equal((0, true), await ExecuteAsync("doctor", "--json"));
        Assert.Equal((2, false), await ExecuteAsync("doctor", "--device", "tpu"));
        Assert.Equal((0, true), await ExecuteAsync("--version"));
    }

    [Fact]
    public async Task AClosedStandardInputIsEmpty()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell of Unix closes it.");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in new[] { "-c", "exec dotnet \"$0\" info - <&-", Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll") })
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            var error = await process.StandardError.ReadToEndAsync(patience.Token);
            Assert.Contains("'standard input' is empty", error, StringComparison.Ordinal);
            await process.WaitForExitAsync(patience.Token);
            Assert.Equal(2, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static async Task<(int Code, bool Output)> ExecuteAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(process.ExitCode != 0, (await error).Length > 0);
        return (process.ExitCode, output.Length > 0);
    }
}
