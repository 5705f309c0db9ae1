using System.Text.Json;

namespace Melody.Tests.Cli;

public sealed class BenchVerbTests
{
    [Theory]
    [InlineData("Unknown preset 'maxi'", "bench", "--preset", "maxi")]
    [InlineData("--seconds is '10,never'", "bench", "--seconds", "10,never")]
    [InlineData("--steps is '5,0'", "bench", "--steps", "5,0")]
    [InlineData("--thread-counts is 'most'; give numbers from 1 to 1024 or all", "bench", "--thread-counts", "most")]
    [InlineData("not both", "bench", "--preset", "test", "--model", "here")]
    [InlineData("Unknown preset 'maxi'", "bench", "train", "--preset", "maxi")]
    [InlineData("Unknown stage 'coffee'", "bench", "train", "coffee")]
    public async Task RefusesWhatCannotBe(string part, params string[] args) => (await ToolRun.RunAsync(args)).AssertRefused(part);

    [Fact]
    public async Task MeasuresInProcessesOfItsOwnAndWritesAPage()
    {
        using var folder = new TemporaryFolder();
        var page = Path.Combine(folder.Path, "page");
        var run = await ToolRun.RunAsync(
            "bench",
            "--preset",
            "test",
            "--seconds",
            "1",
            "--steps",
            "1",
            "--thread-counts",
            "1",
            "--cascade",
            "0.4",
            "--cascade-steps",
            "1",
            "--runs",
            "1",
            "--json",
            "--device",
            "cpu",
            "-o",
            page
        );
        Assert.Equal((0, ""), (run.Code, run.Error));
        var row = run.Json.GetProperty("rows").EnumerateArray().Single();
        Assert.Equal(
            ("untrained-test-0", false, 1, 1, 101),
            (
                row.GetProperty("model").GetString(),
                row.GetProperty("trained").GetBoolean(),
                row.GetProperty("threads").GetInt32(),
                row.GetProperty("steps").GetInt32(),
                row.GetProperty("timing").GetProperty("passes").GetInt32()
            )
        );
        // a process that holds libtorch and began before its first sample
        Assert.True(row.GetProperty("peakBytes").GetInt64() > 100_000_000);
        Assert.True(row.GetProperty("coldStart").GetDouble() > row.GetProperty("load").GetDouble());
        var headline = run.Json.GetProperty("headlines").EnumerateArray().Single();
        Assert.Equal(
            (101, 10 + 81 + 161),
            (headline.GetProperty("melody").GetProperty("passes").GetInt32(), headline.GetProperty("cascadePasses").GetInt32())
        );
        Assert.Contains("random weights", run.Json.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
        using var saved = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(page, "report.json"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(1, saved.RootElement.GetProperty("rows").GetArrayLength());
        Assert.Contains(
            "*paper*",
            await File.ReadAllTextAsync(Path.Combine(page, "report.md"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "<svg",
            await File.ReadAllTextAsync(Path.Combine(page, "time.svg"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task TrainingIsTimedOnSyntheticBatches()
    {
        var run = await ToolRun.RunAsync("bench", "train", "--preset", "test", "--steps", "1", "--json", "--no-float32", "--device", "cpu");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var rows = run.Json.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(["language model", "autoencoder, reconstruction", "denoiser"], rows.Select(r => r.GetProperty("stage").GetString()));
        Assert.All(rows, r =>
        {
            Assert.True(r.GetProperty("audioSpeed").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, r.GetProperty("waitingShare").ValueKind); // nothing real was waited for
            Assert.Equal(JsonValueKind.Null, r.GetProperty("float32Ratio").ValueKind);
        });
    }
}
