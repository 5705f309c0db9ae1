using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Cli;

namespace Melody.Tests.Corpus.Storage;

/// <summary>A corpus whose hashes are right and whose content is not: one sentence.</summary>
public sealed class HostileRecordTests : IDisposable
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

    public HostileRecordTests() =>
        new CorpusBuilder(_folder["corpus"], Plan, () => new SinePieces(Plan), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );

    private void Rewrite(Func<string, string> change)
    {
        var records = _folder["corpus/shard-00000.jsonl"];
        File.WriteAllLines(records, File.ReadAllLines(records).Select(change));
        string Line(string file) => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["corpus/" + file])))}  {file}\n";
        File.WriteAllText(_folder["corpus/shard-00000.sha256"], Line("shard-00000.wav") + Line("shard-00000.jsonl"));
    }

    // sets a member of every piece or window; the path begins at the line's own object
    private static string Set(string line, string path, string value)
    {
        var root = JsonNode.Parse(line)!;
        var parts = path.Split('.');
        JsonNode? at = root;
        foreach (var part in parts[..^1])
            at = at?[part];
        if (at is null)
            return line;
        at[parts[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }

    private void AssertRefused()
    {
        var message = Assert.Throws<MelodyException>(() => CorpusReader.Open(_folder["corpus"]).Dispose()).Message;
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("window.record.pieceId", "\"../../escaped/evil\"")]
    [InlineData("window.record.pieceId", "\"/tmp/evil\"")]
    [InlineData("window.record.pieceId", "\"..\"")]
    [InlineData("window.record.pieceId", "\"a\\\\b\"")]
    [InlineData("window.record.pieceId", "\"\"")]
    [InlineData("piece.record.id", "\"../x\"")]
    [InlineData("window.record.captions", "null")]
    [InlineData("window.record.captions", "[null]")]
    [InlineData("window.record.split", "\"elsewhere\"")]
    [InlineData("window.record.notes", "[[0,1,999,0,64]]")]
    [InlineData("window.record", "null")]
    [InlineData("window.frames", "-1")]
    [InlineData("window.firstFrame", "9223372036854775807")]
    [InlineData("piece.record.sources", "null")]
    [InlineData("piece.firstFrame", "-1")]
    [InlineData("piece.frames", "0")]
    [InlineData("shard.frames", "-1")]
    public void What_no_build_writes_is_refused(string path, string value)
    {
        CorpusReader.Open(_folder["corpus"]).Dispose();
        Rewrite(line => Set(line, path, value));
        AssertRefused();
    }

    [Theory]
    [InlineData("{\"window\":{}}")]
    [InlineData("{\"piece\":{}}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"\\ud800\":1}")]
    public void Lines_that_are_none_are_refused(string line)
    {
        Rewrite(old => old.StartsWith("{\"window", StringComparison.Ordinal) ? line : old);
        AssertRefused();
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Rewrite(line => line.Replace("\"A minor\"", "\"\\ud800\"", StringComparison.Ordinal));
        AssertRefused();
    }

    [Fact]
    public async Task Nothing_is_written_outside_the_folder()
    {
        Rewrite(line => Set(line, "window.record.pieceId", "\"../escaped\""));
        (await ToolRun.RunAsync("corpus", "listen", _folder["corpus"], "9", "-o", _folder["clips"])).AssertRefused("plain name");
        Assert.False(Directory.Exists(_folder["clips"]));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("-2147483648  shard-00000.wav")]
    [InlineData("")]
    public void A_damaged_list_of_hashes_is_refused(string first)
    {
        var list = _folder["corpus/shard-00000.sha256"];
        File.WriteAllLines(list, [first, .. File.ReadAllLines(list)[1..]]);
        using var corpus = CorpusReader.Open(_folder["corpus"]);
        Assert.Throws<MelodyException>(() => corpus.Read(corpus.Windows()[0]));
    }

    [Theory]
    [InlineData("\"pieceSeconds\":40", "\"pieceSeconds\":1e309")]
    [InlineData("\"tools\":[]", "\"tools\":[null]")]
    [InlineData("\"tools\":[]", "\"tools\":null")]
    [InlineData("\"kind\":\"composed\"", "\"kind\":\"\\ud800\"")]
    public void A_damaged_plan_is_refused(string old, string changed)
    {
        var plan = _folder["corpus/corpus.json"];
        var text = File.ReadAllText(plan);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(plan, text.Replace(old, changed, StringComparison.Ordinal));
        AssertRefused();
    }

    [Fact]
    public void Sound_that_is_cut_while_it_is_read_is_an_error()
    {
        using var corpus = CorpusReader.Open(_folder["corpus"]);
        var window = corpus.Windows()[2];
        Assert.Equal(8000, corpus.Read(window).Length);
        foreach (var cache in Directory.GetFiles(_folder["corpus/.cache"]))
            using (var file = new FileStream(cache, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                file.SetLength(1000);
        Assert.Contains("shorter", Assert.Throws<MelodyException>(() => corpus.Read(window)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
