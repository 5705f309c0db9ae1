using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Runtime;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Encoded;
using Melody.Training.Encoders;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>A corpus that is encoded while it is made, and never kept.</summary>
public sealed class CompositionEncoderTests : IDisposable
{
    private const int Shards = 4;

    private readonly TemporaryFolder _folder = new();

    private static readonly CorpusPlan Plan = new()
    {
        Kind = CorpusKind.Composed,
        Seed = 5,
        AudioFormat = ShardFormat.Wav,
        PiecesPerShard = 2,
        WindowSeconds = 1,
        Tools = ["sine 1.0"],
    };

    private async Task<ModelFolder> ModelAsync()
    {
        using var model = MusicModel.CreateUntrained("test", 1);
        await model.SaveAsync(_folder["model"], TestContext.Current.CancellationToken);
        return ModelFolder.Open(_folder["model"]);
    }

    private static byte[] Bytes(SafetensorsReader reader, string name)
    {
        var bytes = new byte[reader.Entries[name].End - reader.Entries[name].Begin];
        reader.CopyBytes(name, 0, bytes);
        return bytes;
    }

    private sealed class Watch(string folder, CancellationTokenSource? stop = null, int pieces = 0) : IProgress<EncodingProgress>
    {
        private int _told;

        public int MostShards { get; private set; }

        public void Report(EncodingProgress value)
        {
            MostShards = Math.Max(MostShards, Directory.GetDirectories(folder).Length);
            if (++_told == pieces)
                stop!.Cancel();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Shards_are_those_of_a_corpus_that_is_kept(int jobs)
    {
        var cancellation = TestContext.Current.CancellationToken;
        new CorpusBuilder(_folder["corpus"], Plan, () => new SinePieces(Plan), jobs: 1).Build(Shards, cancellation: cancellation);
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = new EncodingModel(await ModelAsync(), CPU);
        new CorpusEncoder(_folder["corpus"], model, _folder["kept"]).Run(cancellation: cancellation);

        CompositionEncoder Encoder() => new(Plan, () => new SinePieces(Plan), model, _folder["encoded"], jobs: jobs);
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() => Encoder().Run(Shards, new Watch(_folder["encoded"], stop, 5), stop.Token));
        Assert.Empty(Directory.GetDirectories(_folder["encoded"]));
        int before = Directory.GetFiles(_folder["encoded"], "*.sha256").Length;
        Assert.InRange(before, 1, Shards - 1);
        var watch = new Watch(_folder["encoded"]);
        var done = Encoder().Run(Shards, watch, cancellation);

        Assert.Equal((Shards, 1.0), (done.ShardsDone, done.Fraction));
        Assert.Equal((Shards - before) * 2 * 2.8, done.Seconds, 0.01); // pieces last as long as their windows
        // one in use, one that waits, and one for each job
        Assert.InRange(watch.MostShards, 0, 2 + jobs);
        Assert.Empty(Directory.GetDirectories(_folder["encoded"]));
        for (int i = 0; i < Shards; i++)
        {
            using var kept = SafetensorsReader.Open(new EncodedShard(_folder["kept"], i).Data);
            using var made = SafetensorsReader.Open(new EncodedShard(_folder["encoded"], i).Data);
            foreach (var name in kept.Entries.Keys)
                Assert.Equal(Bytes(kept, name), Bytes(made, name));
        }
        using var corpus = EncodedCorpus.Open(_folder["encoded"], model.Plan([]).Parts);
        Assert.NotEmpty(corpus.PiecesOf(DatasetSplit.Validation));
    }

    [Fact]
    public async Task Another_corpus_is_refused_and_a_failure_is_told()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = new EncodingModel(await ModelAsync(), CPU);
        void Run(CorpusPlan plan, Action<int, int>? onMake = null) =>
            new CompositionEncoder(plan, () => new SinePieces(plan, onMake), model, _folder["encoded"]).Run(2, null, cancellation);

        var failure = Assert.Throws<MelodyException>(() => Run(Plan, (shard, _) => Fail(shard)));
        Assert.Contains("out of strings", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder["encoded"]));
        Run(Plan);
        var refusal = Assert.Throws<MelodyException>(() => Run(Plan with { Seed = 6 }));
        Assert.Contains("another seed", refusal.Message, StringComparison.Ordinal);
        refusal = Assert.Throws<MelodyException>(() => Run(Plan with { SampleRate = 48_000 }));
        Assert.Contains("48000 samples a second", refusal.Message, StringComparison.Ordinal);

        static void Fail(int shard)
        {
            if (shard == 1)
                throw new MelodyException("The orchestra is out of strings.");
        }
    }

    public void Dispose() => _folder.Dispose();
}
