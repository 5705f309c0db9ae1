using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Tests.Cli;
using Melody.Tests.Training;
using Melody.Training.Encoded;

namespace Melody.Tests.Corpus.Storage;

/// <summary>No verb writes into a folder that holds another kind of plan.</summary>
public sealed class FolderContentTests : IDisposable
{
    private static readonly CorpusPlan Plan = new()
    {
        Kind = CorpusKind.Composed,
        Seed = 5,
        SampleRate = 8000,
        AudioFormat = ShardFormat.Wav,
        PiecesPerShard = 2,
        WindowSeconds = 1,
    };

    private readonly TemporaryFolder _folder = new();

    private void Build() =>
        new CorpusBuilder(_folder["corpus"], Plan, () => new SinePieces(Plan), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );

    private Dictionary<string, string> Content(string folder) =>
        Directory
            .GetFiles(_folder[folder])
            .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file)), StringComparer.Ordinal);

    [Fact]
    public void A_corpus_is_not_encoded_into_itself()
    {
        Build();
        var before = Content("corpus");
        var refused = Assert.Throws<MelodyException>(() => EncodedFixture.Plan(1).Claim(_folder["corpus"]));
        Assert.Contains("holds a corpus (corpus.json)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content("corpus"));
        using var corpus = CorpusReader.Open(_folder["corpus"]);
        Assert.Equal(2, corpus.Pieces.Count);
    }

    [Fact]
    public void Nothing_is_built_into_an_encoded_corpus_or_a_model()
    {
        EncodedFixture.Write(_folder["corpus"], shards: 1);
        var before = Content("corpus");
        Assert.Contains("holds an encoded corpus", Assert.Throws<MelodyException>(Build).Message, StringComparison.Ordinal);
        Assert.Equal(before, Content("corpus"));
        EncodedCorpus.Open(_folder["corpus"], EncodedFixture.Parts).Dispose();

        Directory.Delete(_folder["corpus"], recursive: true);
        Directory.CreateDirectory(_folder["corpus"]);
        File.WriteAllText(_folder["corpus/config.json"], "{}");
        Assert.Contains("holds a model", Assert.Throws<MelodyException>(Build).Message, StringComparison.Ordinal);
        Assert.Throws<MelodyException>(() => EncodedFixture.Plan(1).Claim(_folder["corpus"]));
        Assert.Equal(["config.json"], Content("corpus").Keys);
    }

    [Fact]
    public async Task Clips_are_not_written_into_a_corpus()
    {
        Build();
        (await ToolRun.RunAsync("corpus", "listen", _folder["corpus"], "1", "-o", _folder["corpus"])).AssertRefused("holds a corpus");
        Assert.Equal(0, (await ToolRun.RunAsync("corpus", "listen", _folder["corpus"], "1", "-o", _folder["clips"])).Code);
    }

    [Fact]
    public async Task Charts_and_reports_are_not_written_into_a_corpus_or_a_model()
    {
        Build();
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllText(_folder["model/config.json"], "{}");
        foreach (var (folder, kind) in new[] { ("corpus", "holds a corpus"), ("model", "holds a model") })
        {
            var before = Content(folder);
            (await ToolRun.RunAsync("corpus", "stats", _folder["corpus"], "--charts", _folder[folder])).AssertRefused(kind);
            (await ToolRun.RunAsync("evaluate", "--corpus", _folder["corpus"], "-o", _folder[folder])).AssertRefused(kind);
            Assert.Equal(before, Content(folder));
        }
    }

    public void Dispose() => _folder.Dispose();
}
