using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;

namespace Melody.Tests.Evaluation;

/// <summary><c>melody evaluate</c> from the model and the corpus to the page.</summary>
public sealed class EvaluateVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // the sines of one shard, all of them held out
    private sealed class HeldOutSines(CorpusPlan plan) : IPieceSource
    {
        private readonly SinePieces _sines = new(plan);

        public FinishedPiece? Make(int shard, int number, CancellationToken cancellation) =>
            _sines.Make(shard, number, cancellation) is not { } piece
                ? null
                : piece with
                {
                    Record = piece.Record with { Split = DatasetSplit.Test },
                    Windows = [.. piece.Windows.Select(w => w with { Split = DatasetSplit.Test, Notes = [] })],
                };

        public void Dispose() => _sines.Dispose();
    }

    [Fact]
    public async Task One_command_writes_the_page_and_says_what_it_could_not_measure()
    {
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 4,
            WindowSeconds = 1.5,
            Tools = ["sine 1.0"],
        };
        new CorpusBuilder(_folder["corpus"], plan, () => new HeldOutSines(plan), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
        using (var model = MusicModel.CreateUntrained("test"))
            await model.SaveAsync(_folder["model"], TestContext.Current.CancellationToken);
        string[] evaluate =
        [
            "evaluate",
            _folder["model"],
            "--corpus",
            _folder["corpus"],
            "-o",
            _folder["report"],
            "--only",
            "chain",
            "--quick",
            "--prompts",
            "2",
            "--seconds",
            "1",
            "--steps",
            "1",
            "--device",
            "cpu",
        ];
        var refused = await ToolRun.RunAsync([.. evaluate, "--json"]);
        Assert.True(refused.Code == 0, refused.Error);
        Assert.All(refused.Json.GetProperty("bars").EnumerateArray(), bar =>
            Assert.Equal("not measured", bar.GetProperty("measured").GetString())
        );
        Assert.Contains("untrained", refused.Output, StringComparison.Ordinal);

        var run = await ToolRun.RunAsync([.. evaluate, "--untrained", "--embedding", _folder["no-such-program"]]);
        Assert.True(run.Code == 0, run.Error);
        var page = File.ReadAllText(_folder["report/index.html"]);
        Assert.Contains("does not exist", page, StringComparison.Ordinal);
        Assert.Contains("it was not asked for", page, StringComparison.Ordinal);
        var sounds = System.Text.RegularExpressions.Regex.Matches(page, "(?:src)=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(4, sounds.Count); // two players, two pictures
        Assert.All(sounds, sound => Assert.True(File.Exists(Path.Combine(_folder["report"], sound)), sound));
        var report = File.ReadAllText(_folder["report/report.md"]);
        Assert.Contains("| same seed, same samples | identical |", report, StringComparison.Ordinal);
        Assert.Contains("| autoencoder on real recordings: log-STFT, mel, SI-SDR | not measured |", report, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["report/report.json"]));

        var written = Directory.GetFiles(_folder["report/results"]).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.Equal(0, (await ToolRun.RunAsync([.. evaluate, "--untrained"])).Code);
        Assert.Equal(written, Directory.GetFiles(_folder["report/results"]).ToDictionary(file => file, File.GetLastWriteTimeUtc));
        foreach (var stage in new[] { "autoencoder", "diffusion", "semantic" }) // the model is heeded when it stands before the stage
            (
                await ToolRun.RunAsync(
                    "evaluate",
                    _folder["no-model"],
                    stage,
                    stage == "autoencoder" ? "--audio" : "--corpus",
                    _folder["corpus"],
                    "-o",
                    _folder["refused"]
                )
            ).AssertRefused("no-model");
        Assert.False(Directory.Exists(_folder["refused"]));
        (await ToolRun.RunAsync("evaluate", _folder["model"], "--corpus", _folder["nothing"], "-o", _folder["report"])).AssertRefused(
            "holds no corpus"
        );
        (await ToolRun.RunAsync("evaluate", _folder["model"], "--only", "chain", "--only", "speed")).AssertRefused(
            "--only is 'speed'; choose autoencoder"
        );
    }
}
