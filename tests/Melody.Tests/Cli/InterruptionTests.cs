using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Melody.Tests.Cli;

/// <summary>Ctrl-C in the real program.</summary>
public sealed partial class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    [InlineData(1, 143)]
    public async Task ALongGenerationEndsAndLeavesNoFile(int signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals of Unix are needed");
        Assert.SkipWhen(IsIgnored(signal), "Whoever started the tests lets them ignore this signal, and a child inherits that");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        foreach (
            var arg in new[]
            {
                Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll"),
                "generate",
                "a long day",
                "--seconds",
                "3600",
                "--steps",
                "1000",
                "--threads",
                "1",
                "--untrained",
                "test",
            }
        )
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        try
        {
            var token = TestContext.Current.CancellationToken;
            Assert.Contains("untrained", await process.StandardError.ReadLineAsync(token), StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromSeconds(2), token); // into the generation
            Assert.Equal(0, Kill(process.Id, signal));
            Assert.Equal("Interrupted." + Environment.NewLine, await process.StandardError.ReadToEndAsync(token));
            Assert.Equal("", await process.StandardOutput.ReadToEndAsync(token));
            await process.WaitForExitAsync(token);
            Assert.Equal(code, process.ExitCode);
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    // as a shell does for what it starts in the background; Linux tells it as a mask whose lowest bit is signal 1
    private static bool IsIgnored(int signal)
    {
        const string field = "SigIgn:",
            status = "/proc/self/status";
        var line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal)) : null;
        return line is not null
            && (ulong.Parse(line[field.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
