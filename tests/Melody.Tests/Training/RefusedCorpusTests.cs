using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;

namespace Melody.Tests.Training;

/// <summary><c>melody train</c> refuses a corpus that is not whole with one sentence and leaves no model behind.</summary>
public sealed class RefusedCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private void Build(int shards, int pieces)
    {
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = pieces,
            WindowSeconds = 1,
            Tools = ["sine 1.0"],
        };
        new CorpusBuilder(_folder["corpus"], plan, () => new SinePieces(plan), jobs: 1).Build(
            shards,
            cancellation: TestContext.Current.CancellationToken
        );
    }

    private async Task AssertRefusedAsync(string stage, string part)
    {
        (
            await ToolRun.RunAsync(
                "train",
                stage,
                "--preset",
                "test",
                "--corpus",
                _folder["corpus"],
                "--run",
                _folder["run"],
                "-o",
                _folder["model"],
                "--steps",
                "1",
                "--device",
                "cpu"
            )
        ).AssertRefused(part);
        Assert.False(Directory.Exists(_folder["model"]));
        Assert.False(Directory.Exists(_folder["run/checkpoints"]));
    }

    [Theory]
    [InlineData("autoencoder")]
    [InlineData("joint-embedding")]
    [InlineData("semantic-tokenizer")]
    public async Task A_damaged_or_missing_shard_and_an_empty_split(string stage)
    {
        await AssertRefusedAsync(stage, "corpus");
        Build(shards: 1, pieces: 1); // one piece, in the training split
        await AssertRefusedAsync(stage, "The split 'validation'");
        Directory.Delete(_folder["corpus"], recursive: true);

        Build(shards: 2, pieces: 4);
        var records = _folder["corpus/shard-00001.jsonl"];
        var text = await File.ReadAllTextAsync(records, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            records,
            text.Replace("minor", "major", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        await AssertRefusedAsync(stage, "wrong SHA-256");
        await File.WriteAllTextAsync(records, text, TestContext.Current.CancellationToken);
        File.Delete(_folder["corpus/shard-00001.wav"]);
        await AssertRefusedAsync(stage, "is missing from shard 1");
    }

    [Fact]
    public async Task Several_where_one_is_read() =>
        (
            await ToolRun.RunAsync(
                "train",
                "autoencoder",
                "--preset",
                "test",
                "--corpus",
                "a",
                "--corpus",
                "b",
                "--run",
                _folder["run"],
                "-o",
                _folder["model"],
                "--device",
                "cpu"
            )
        ).AssertRefused("The stage autoencoder reads one corpus, and 2 were given");

    [Theory]
    [InlineData("semantic-lm")]
    [InlineData("diffusion")]
    public async Task What_is_not_encoded_or_has_no_model(string stage)
    {
        EncodedFixture.Write(_folder["corpus"]);
        await AssertRefusedAsync(stage, "The model folder");
    }

    public void Dispose() => _folder.Dispose();
}
