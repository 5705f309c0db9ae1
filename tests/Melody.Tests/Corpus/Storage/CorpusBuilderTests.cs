using System.Security.Cryptography;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;

namespace Melody.Tests.Corpus.Storage;

public sealed class CorpusBuilderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("melody-corpus-").FullName;

    // Pieces of 2.5 s whose last window reaches to 2.8 s, past the sound.
    private static readonly CorpusPlan Plan = new()
    {
        Kind = CorpusKind.Composed,
        Seed = 5,
        SampleRate = 8000,
        AudioFormat = ShardFormat.Wav,
        PiecesPerShard = 4,
        WindowSeconds = 1,
        Tools = ["sine 1.0"],
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static CorpusBuilder Builder(
        string folder,
        CorpusPlan? plan = null,
        Action<int, int>? onMake = null,
        int part = 1,
        int parts = 1,
        int jobs = 2
    ) => new(folder, plan ?? Plan, () => new SinePieces(plan ?? Plan, onMake), part, parts, jobs);

    /// <summary>Name and hash of every file that a user sees.</summary>
    internal static SortedDictionary<string, string> Hashes(string folder) =>
        new(
            Directory
                .GetFiles(folder)
                .Where(file => !Path.GetFileName(file).StartsWith('.'))
                .ToDictionary(file => Path.GetFileName(file)!, file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))),
            StringComparer.Ordinal
        );

    [Theory]
    [InlineData("wav", 1)]
    [InlineData("flac", 1)]
    [InlineData("flac", 2)]
    public void What_was_stored_is_heard_again_with_its_records(string format, int channels)
    {
        Assert.SkipWhen(format == "flac" && !SoundFile.IsAvailable, SoundFile.InstallHint);
        var plan = Plan with { AudioFormat = EnumName<ShardFormat>.Parse(format), Channels = channels };
        var done = Builder(At("a"), plan).Build(3);
        Assert.Equal((3, 3), (done.ShardsDone, done.Shards));
        foreach (var cache in new[] { null, "" })
        {
            using var corpus = CorpusReader.Open(At("a"), new CorpusReaderOptions { CacheFolder = cache });
            Assert.Equal((3, 12, 36), (corpus.ShardCount, corpus.Pieces.Count, corpus.Windows().Count));
            Assert.Equal(done.Seconds, corpus.Seconds, 9);
            foreach (var window in corpus.WindowsOf(DatasetSplit.Train).Concat(corpus.WindowsOf(DatasetSplit.Validation)))
            {
                var record = corpus.Describe(window);
                Assert.Equal([$"window {record.Index} of {record.PieceId}"], record.Captions);
                Assert.Equal(window.Split, record.Split);
                var (shard, number) = (int.Parse(record.PieceId[1..2]), int.Parse(record.PieceId[3..]));
                Assert.Equal(window.Split, SinePieces.Split(shard, number));
                var samples = corpus.Read(window);
                Assert.Equal(8000 * channels, samples.Length);
                var start = (int)Math.Round(record.Start * 8000);
                for (var n = 0; n < 8000; n += 13)
                {
                    var expected = start + n < SinePieces.Seconds * 8000 ? SinePieces.Sample(shard, number, start + n, 8000) : 0;
                    for (var c = 0; c < channels; c++)
                        Assert.Equal(expected, samples[n * channels + c], 0.5f / 32768 + 1e-6f);
                }
            }
            var piece = corpus.Pieces[5];
            var (s, p) = (int.Parse(piece.Record.Id[1..2]), int.Parse(piece.Record.Id[3..]));
            var tail = new float[4000 * channels];
            corpus.Read(piece, piece.Frames - 2000, tail);
            Assert.Equal(0, tail[^1]);
            corpus.Read(piece, 100, tail);
            Assert.Equal(SinePieces.Sample(s, p, 100, 8000), tail[0], 1e-4f);
        }
    }

    [Fact]
    public void The_same_plan_gives_the_same_bytes_alone_or_shared_out()
    {
        Builder(At("a"), jobs: 1).Build(5);
        Builder(At("b"), part: 2, parts: 2).Build(5);
        Assert.Throws<MelodyException>(() => Builder(At("b"), part: 3, parts: 2).Build(5));
        Builder(At("b"), part: 1, parts: 2, jobs: 1).Build(5);
        Assert.Equal(Hashes(At("a")), Hashes(At("b")));
        Assert.Equal(5 * 3 + 2, Hashes(At("a")).Count);
        var manifest = File.ReadAllText(At("a/manifest.json"));
        Assert.Contains("CC0-1.0", manifest, StringComparison.Ordinal);
        Assert.Contains("a sine", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_shard_is_left_alone_and_a_corpus_can_grow()
    {
        Builder(At("a")).Build(2);
        var before = Hashes(At("a"));
        var made = new System.Collections.Concurrent.ConcurrentBag<int>();
        Builder(At("a"), onMake: (shard, _) => made.Add(shard)).Build(3);
        Assert.Equal([2], made.Distinct());
        foreach (var (name, hash) in before.Where(file => file.Key != CorpusManifest.FileName))
            Assert.Equal(hash, Hashes(At("a"))[name]);
    }

    [Fact]
    public void What_a_killed_run_left_is_replaced()
    {
        Builder(At("whole")).Build(2);
        Builder(At("a")).Build(2);
        // A kill before the list of hashes was written, and one in the middle of the audio.
        File.Delete(At("a/shard-00000.sha256"));
        File.WriteAllText(At("a/shard-00000.jsonl"), "half a li");
        File.Delete(At("a/shard-00001.sha256"));
        File.Delete(At("a/shard-00001.jsonl"));
        File.Delete(At("a/shard-00001.wav"));
        File.WriteAllText(At("a/.shard-00001.wav.0123.tmp"), "half a wave");
        Builder(At("a")).Build(2);
        Assert.Equal(Hashes(At("whole")), Hashes(At("a")));
        Assert.Empty(Directory.GetFiles(At("a"), ".*.tmp"));
    }

    [Fact]
    public void A_piece_that_fails_is_left_out_and_named()
    {
        var progress = Builder(At("a"), onMake: (_, number) =>
            {
                if (number == 1)
                    throw new MelodyException("The groove is missing.");
            })
            .Build(1);
        Assert.Equal(["The groove is missing."], progress.Skipped);
        using var corpus = CorpusReader.Open(At("a"));
        Assert.Equal(["p0-0", "p0-2", "p0-3"], corpus.Pieces.Select(piece => piece.Record.Id));
        var all = Assert.Throws<MelodyException>(() =>
            Builder(At("b"), onMake: (_, _) => throw new MelodyException("Nothing works.")).Build(1)
        );
        Assert.Contains("Nothing works", all.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("b"))); // no plan either: other settings are free to use the folder
        Assert.Equal(1, Builder(At("b"), Plan with { Seed = 6 }).Build(1).ShardsDone);
        // A plan under which another run works stays.
        Plan.Claim(At("d"));
        using (new ShardFiles(At("d"), 1, ShardFormat.Wav).TryLock())
            Assert.Throws<MelodyException>(() =>
                Builder(At("d"), onMake: (_, _) => throw new MelodyException("Nothing works."), part: 1, parts: 2).Build(2)
            );
        Assert.True(File.Exists(At("d/corpus.json")));
        // One shard fails as a whole: the others are there, and it is tried again.
        Assert.Equal(
            2,
            Builder(At("c"), onMake: (shard, _) =>
                {
                    if (shard == 1)
                        throw new MelodyException("Not today.");
                })
                .Build(3)
                .ShardsDone
        );
        Assert.Equal([0, 2], ShardFiles.FindComplete(At("c")));
        Assert.Equal(3, Builder(At("c")).Build(3).ShardsDone);
    }

    [Fact]
    public void A_cancelled_build_stops_and_goes_on_later()
    {
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Builder(
                    At("a"),
                    onMake: (shard, number) =>
                    {
                        if (shard == 1 && number == 2)
                            cancel.Cancel();
                    },
                    jobs: 1
                )
                .Build(4, null, cancel.Token)
        );
        Assert.Equal([0], ShardFiles.FindComplete(At("a")));
        Builder(At("a")).Build(4);
        Builder(At("b")).Build(4);
        Assert.Equal(Hashes(At("b")), Hashes(At("a")));
    }

    [Fact]
    public void A_corpus_of_other_settings_is_not_mixed_in()
    {
        Builder(At("a")).Build(1);
        var exception = Assert.Throws<MelodyException>(() => Builder(At("a"), Plan with { Seed = 6 }).Build(1));
        Assert.Contains("made with another seed", exception.Message, StringComparison.Ordinal);
        var before = Hashes(At("a"));
        var version = Assert.Throws<MelodyException>(() => Builder(At("a"), Plan with { ContentVersion = 3 }).Build(2));
        Assert.Contains("follow version 0 of Melody's rules, and this is version 3", version.Message, StringComparison.Ordinal);
        var tool = Assert.Throws<MelodyException>(() => Builder(At("a"), Plan with { Tools = ["sine 1.1"] }).Build(2));
        Assert.Contains("made with sine 1.0, and now it would be sine 1.1", tool.Message, StringComparison.Ordinal);
        Assert.Equal(before, Hashes(At("a")));
    }

    [Fact]
    public void A_missing_or_changed_file_or_an_empty_split_is_said_in_one_sentence()
    {
        string Message(Action action) => Assert.Throws<MelodyException>(action).Message;
        Assert.Contains("holds no corpus", Message(() => CorpusReader.Open(At("nothing"))), StringComparison.Ordinal);
        Plan.Claim(At("empty"));
        Assert.Contains("no complete shard", Message(() => CorpusReader.Open(At("empty"))), StringComparison.Ordinal);

        Builder(At("a")).Build(2);
        using (var corpus = CorpusReader.Open(At("a")))
            Assert.Contains("'test'", Message(() => corpus.WindowsOf(DatasetSplit.Test)), StringComparison.Ordinal);

        var audio = File.ReadAllBytes(At("a/shard-00001.wav"));
        audio[5000] ^= 1;
        File.WriteAllBytes(At("a/shard-00001.wav"), audio);
        using (var corpus = CorpusReader.Open(At("a")))
        {
            _ = corpus.Read(corpus.Windows()[0]);
            Assert.Contains("wrong SHA-256", Message(() => corpus.Read(corpus.Windows()[^1])), StringComparison.Ordinal);
        }
        File.Delete(At("a/shard-00001.wav"));
        Assert.Contains("is missing", Message(() => CorpusReader.Open(At("a"))), StringComparison.Ordinal);
        File.WriteAllBytes(At("a/shard-00001.wav"), audio);
        File.AppendAllText(At("a/shard-00000.jsonl"), "{}\n");
        Assert.Contains("wrong SHA-256", Message(() => CorpusReader.Open(At("a"))), StringComparison.Ordinal);
        File.WriteAllText(At("a/corpus.json"), "{\"format\":1");
        Assert.Contains("is damaged", Message(() => CorpusReader.Open(At("a"))), StringComparison.Ordinal);
    }
}
