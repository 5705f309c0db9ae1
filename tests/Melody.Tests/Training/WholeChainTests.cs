using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;

namespace Melody.Tests.Training;

/// <summary>The short form of <c>tools/train-all.sh</c>: a few steps of every stage, and the new model plays.</summary>
public sealed class WholeChainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_corpus_becomes_a_model_that_plays()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 6,
            WindowSeconds = 10,
            Tools = ["sine 1.0"],
        };
        new CorpusBuilder(_folder["corpus"], plan, () => new SinePieces(plan), jobs: 1).Build(1, cancellation: cancellation);
        foreach (var stage in new[] { "autoencoder", "joint-embedding", "semantic-tokenizer" })
            await TrainAsync(stage, "corpus");
        Assert.Equal(
            0,
            (
                await ToolRun.RunAsync(
                    "corpus",
                    "encode",
                    _folder["corpus"],
                    "--model",
                    _folder["model"],
                    "-o",
                    _folder["encoded"],
                    "--device",
                    "cpu"
                )
            ).Code
        );
        foreach (var stage in new[] { "semantic-lm", "diffusion" })
            await TrainAsync(stage, "encoded");

        using var model = await MusicModel.LoadAsync(_folder["model"], new() { Device = ComputeDevice.Cpu }, cancellation);
        Assert.True(model.IsTrained);
        var song = await new MusicGenerator(model).GenerateAsync(
            "a sine, 120 bpm, A minor",
            new()
            {
                Seconds = 4,
                Seed = 1,
                Steps = 2,
            },
            cancellation: cancellation
        );
        Assert.Equal(4, song.Audio.Seconds, 0.1);
        Assert.All(song.Audio.Samples.ToArray(), sample => Assert.True(float.IsFinite(sample)));
        Assert.Contains(song.Audio.Samples.ToArray(), sample => Math.Abs(sample) > 1e-3f);
    }

    private async Task TrainAsync(string stage, string corpus)
    {
        var run = await ToolRun.RunAsync(
            "train",
            stage,
            "--preset",
            "test",
            "--corpus",
            _folder[corpus],
            "--run",
            _folder[$"run-{stage}"],
            "-o",
            _folder["model"],
            "--steps",
            "2",
            "--validation-steps",
            "0",
            "--device",
            "cpu"
        );
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("weights written", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
