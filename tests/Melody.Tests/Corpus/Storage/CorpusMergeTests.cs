using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Cli;
using Melody.Tests.Training;
using Melody.Training.Encoded;

namespace Melody.Tests.Corpus.Storage;

/// <summary>Shards that tasks made in folders of their own become the corpus that one process makes, and what is wrong is named.</summary>
public sealed class CorpusMergeTests : IDisposable
{
    private static readonly CorpusPlan Plan = new()
    {
        Kind = CorpusKind.Composed,
        Seed = 5,
        SampleRate = 8000,
        AudioFormat = ShardFormat.Wav,
        PiecesPerShard = 2,
        WindowSeconds = 1,
        Tools = ["sine 1.0"],
    };

    private readonly TemporaryFolder _folder = new();

    private void Build(string folder, int part = 1, int parts = 1, int shards = 4) =>
        new CorpusBuilder(_folder[folder], Plan, () => new SinePieces(Plan), part, parts, jobs: 1).Build(shards);

    private IReadOnlyList<string> Faults(string folder, int? shards = null) =>
        CorpusCheck.Run(_folder[folder], shards, null, TestContext.Current.CancellationToken).Faults;

    // a shard with records of another content, and a list of hashes that fits
    private void Rewrite(string folder, int shard, Func<string, string> change)
    {
        var files = new ShardFiles(_folder[folder], shard, ShardFormat.Wav);
        File.WriteAllText(files.Records, change(File.ReadAllText(files.Records)));
        files.Finish();
    }

    [Fact]
    public async Task Folders_of_tasks_become_the_corpus_of_one_process()
    {
        Build("one");
        Build("a", part: 1, parts: 2);
        Build("b", part: 2, parts: 2);
        // no task that sees a part only counts a manifest
        Assert.False(File.Exists(_folder["a/manifest.json"]));
        var merged = await ToolRun.RunAsync("corpus", "merge", _folder["a"], _folder["b"], "-o", _folder["all"]);
        Assert.Equal(0, merged.Code);
        Assert.Equal(CorpusBuilderTests.Hashes(_folder["one"]), CorpusBuilderTests.Hashes(_folder["all"]));
        // again, into one of them
        Assert.Equal(0, (await ToolRun.RunAsync("corpus", "merge", _folder["a"], _folder["b"])).Code);
        Assert.Equal(CorpusBuilderTests.Hashes(_folder["one"]), CorpusBuilderTests.Hashes(_folder["a"]));
        var verified = await ToolRun.RunAsync("corpus", "verify", _folder["all"], "--json");
        Assert.Equal((0, 4), (verified.Code, verified.Json.GetProperty("shards").GetInt32()));
        (await ToolRun.RunAsync("corpus", "verify", _folder["all"], "--shards", "6")).AssertRefused("2 shards are missing: 4, 5");
    }

    [Fact]
    public void Two_different_shards_of_one_number_and_other_plans_are_refused()
    {
        Build("a");
        Build("b");
        Rewrite("b", 2, text => text.Replace("window 0 of", "another 0 of", StringComparison.Ordinal));
        Assert.Contains(
            "two different shards of one number",
            Assert
                .Throws<MelodyException>(() =>
                    CorpusMerge.Run([_folder["a"], _folder["b"]], _folder["a"], TestContext.Current.CancellationToken)
                )
                .Message,
            StringComparison.Ordinal
        );
        var other = Plan with { Seed = 6 };
        new CorpusBuilder(_folder["c"], other, () => new SinePieces(other), jobs: 1).Build(1);
        Assert.Contains(
            "another seed",
            Assert
                .Throws<MelodyException>(() => CorpusMerge.Run([_folder["c"]], _folder["a"], TestContext.Current.CancellationToken))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_kind_of_fault_is_named()
    {
        Build("a");
        Assert.Empty(Faults("a"));
        File.Delete(_folder["a/shard-00001.sha256"]);
        Assert.StartsWith("1 shard is missing: 1;", Assert.Single(Faults("a")), StringComparison.Ordinal);

        Build("a");
        using (var sound = File.OpenWrite(_folder["a/shard-00003.wav"]))
        {
            sound.Position = 5000;
            sound.WriteByte(99);
        }
        Assert.Contains("shard-00003.wav' is not the file that was made", Assert.Single(Faults("a")), StringComparison.Ordinal);
        File.Delete(_folder["a/shard-00003.sha256"]);
        Build("a");

        // a tune in two splits: piece 0 of shard 0 is to learn from, piece 0 of shard 2 is held out
        Rewrite("a", 2, text => text.Replace("\"tuneId\":\"p2-0\"", "\"tuneId\":\"p0-0\"", StringComparison.Ordinal));
        Assert.Contains("is in the split '", Assert.Single(Faults("a")), StringComparison.Ordinal);

        Rewrite("a", 2, text => text.Replace("p0-0", "p2-0", StringComparison.Ordinal));
        Assert.Empty(Faults("a"));
        // a piece that stands there twice
        Rewrite("a", 3, text => text.Replace("p3-1", "p1-1", StringComparison.Ordinal));
        Assert.Contains(Faults("a"), fault => fault.StartsWith("The piece p1-1 of shard ", StringComparison.Ordinal));

        // the same sound under another number
        File.Copy(_folder["a/shard-00000.wav"], _folder["a/shard-00004.wav"]);
        File.Copy(_folder["a/shard-00000.jsonl"], _folder["a/shard-00004.jsonl"]);
        Rewrite("a", 4, text => text);
        Assert.Contains(Faults("a"), fault => fault.Contains("hold the same sound", StringComparison.Ordinal));
        Assert.Contains(Faults("a"), fault => fault.Contains("holds the records of shard 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Encoded_shards_are_merged_and_verified()
    {
        EncodedFixture.Write(_folder["whole"], 3);
        foreach (var (part, lacking) in new[] { ("a", "2"), ("b", "0"), ("b", "1") })
        {
            if (!Directory.Exists(_folder[part]))
                EncodedFixture.Write(_folder[part], 3);
            foreach (var file in Directory.GetFiles(_folder[part], $"shard-0000{lacking}.*"))
                File.Delete(file);
        }
        (await ToolRun.RunAsync("corpus", "verify", _folder["a"])).AssertRefused("Shard 2 is missing");
        Assert.Equal(0, (await ToolRun.RunAsync("corpus", "merge", _folder["a"], _folder["b"], "-o", _folder["all"])).Code);
        Assert.Equal(CorpusBuilderTests.Hashes(_folder["whole"]), CorpusBuilderTests.Hashes(_folder["all"]));
        EncodedCorpus.Open(_folder["all"], EncodedFixture.Parts).Dispose();
    }

    public void Dispose() => _folder.Dispose();
}
