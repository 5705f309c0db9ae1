using System.Diagnostics;
using System.Globalization;
using Melody.Audio;
using Melody.Tests.Reference;
using Melody.Training.Loop;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>
/// <c>melody train</c> as a process, killed (SIGKILL) at random moments: what is there can be read, the next call goes on
/// from it, and in the end the weights are those of a training that nobody disturbed, bit for bit.
/// <c>MELODY_KILLS=20</c> kills it so often; the test output then tells how much each time lost.
/// </summary>
public sealed class KilledTrainingTests(ITestOutputHelper output) : IDisposable
{
    private const double IntervalSeconds = 1;

    private readonly TemporaryFolder _folder = new();

    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("MELODY_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 2;

    private Process Start(string run, int steps)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll"),
            "train",
            "autoencoder",
            "--preset",
            "test",
            "--corpus",
            _folder["music"],
            "--run",
            _folder[run],
            "-o",
            _folder[run + "-model"],
            "--steps",
            $"{steps}",
            "--validation-steps",
            "0",
            "--resume",
            "--device",
            "cpu",
            "--threads",
            "1",
            "--checkpoint-minutes",
            (IntervalSeconds / 60).ToString("R", CultureInfo.InvariantCulture),
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    private static async Task<string> LineAsync(Process process, string start)
    {
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        return "";
    }

    private async Task FinishAsync(string run, int steps)
    {
        using var process = Start(run, steps);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
    }

    private string[] Checkpoints(string run) =>
        Directory.Exists(_folder[$"{run}/checkpoints"])
            ? [.. Directory.GetFiles(_folder[$"{run}/checkpoints"], "step-*").Order(StringComparer.Ordinal)]
            : [];

    private static long StepOf(string checkpoint) =>
        long.Parse(Path.GetFileNameWithoutExtension(checkpoint)[5..], CultureInfo.InvariantCulture);

    [Fact]
    public async Task Nothing_but_the_last_moments_is_lost_whenever_it_is_killed()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(_folder["music"]);
        for (int piece = 0; piece < 2; piece++)
        {
            var samples = Enumerable
                .Range(0, 48000)
                .Select(n => (float)(0.5 * Math.Sin(2 * Math.PI * (200 + 150 * piece) * n / 24000.0)))
                .ToArray();
            new AudioClip(samples, 24000, 1).Write(_folder[$"music/{piece}.wav"]);
        }
        int kills = Kills,
            steps = 30 * kills;
        var random = new Random(kills);
        for (int kill = 0; kill < kills; kill++)
        {
            using var process = Start("killed", steps);
            var began = await LineAsync(process, "autoencoder: step ");
            Assert.True(began.Length > 0, "the training did not begin");
            // the call goes on exactly where the last readable checkpoint is
            long from = Checkpoints("killed") is [.., var last] ? StepOf(last) : 0;
            Assert.StartsWith($"autoencoder: step {from} of {steps},", began, StringComparison.Ordinal);
            var start = DateTime.UtcNow;
            // after none, one or two further checkpoints, at any moment before the next
            for (int more = random.Next(3); more > 0; more--)
            {
                var newestBefore = Checkpoints("killed").LastOrDefault();
                while (!process.HasExited && Checkpoints("killed").LastOrDefault() == newestBefore)
                    await Task.Delay(10, cancellation);
            }
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * IntervalSeconds), cancellation);
            process.Kill(entireProcessTree: true);
            var killed = DateTime.UtcNow;
            await process.WaitForExitAsync(cancellation);

            var files = Checkpoints("killed");
            foreach (var file in files)
            {
                using var reader = SafetensorsReader.Open(file);
                Assert.Equal(StepOf(file), System.Text.Json.JsonSerializer.Deserialize<CheckpointState>(reader.Metadata["state"])!.Step);
                foreach (var name in reader.Entries.Keys)
                {
                    using var values = reader.Read(name);
                    using var finite = values.isfinite().all();
                    Assert.True(finite.item<bool>(), name);
                }
            }
            var saved = files is [.., var newest] && File.GetLastWriteTimeUtc(newest) > start ? File.GetLastWriteTimeUtc(newest) : start;
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"kill {kill + 1}: began at step {from}, killed after {(killed - start).TotalSeconds:F2} s with step "
                        + $"{(files is [.., var end] ? StepOf(end) : 0)} on disk, {(killed - saved).TotalSeconds:F2} s lost"
                )
            );
        }
        await FinishAsync("killed", steps);
        await FinishAsync("whole", steps);
        Assert.Equal(steps, StepOf(Checkpoints("killed")[^1]));
        Assert.Empty(Directory.GetFiles(_folder["killed/checkpoints"], ".*"));
        using var one = SafetensorsReader.Open(Checkpoints("whole")[^1]);
        using var other = SafetensorsReader.Open(Checkpoints("killed")[^1]);
        using var scope = NewDisposeScope();
        foreach (var name in one.Entries.Keys)
            Assert.Equal(FixedValues.Flat(one.Read(name)), FixedValues.Flat(other.Read(name)));
    }

    public void Dispose() => _folder.Dispose();
}
