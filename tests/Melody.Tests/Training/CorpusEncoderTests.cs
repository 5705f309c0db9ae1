using System.Text.Json.Nodes;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Models;
using Melody.Music;
using Melody.Runtime;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Encoded;
using Melody.Training.Encoders;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>A corpus of sines goes through the networks of an untrained model.</summary>
public sealed class CorpusEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CorpusPlan Plan(int rate) =>
        new()
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            SampleRate = rate,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 3,
            WindowSeconds = 1,
            Tools = ["sine 1.0"],
        };

    private async Task<ModelFolder> PrepareAsync(int rate = 24000)
    {
        var plan = Plan(rate);
        new CorpusBuilder(_folder["corpus"], plan, () => new SinePieces(plan), jobs: 1).Build(
            2,
            cancellation: TestContext.Current.CancellationToken
        );
        using var model = MusicModel.CreateUntrained("test", 1);
        await model.SaveAsync(_folder["model"], TestContext.Current.CancellationToken);
        return ModelFolder.Open(_folder["model"]);
    }

    private CorpusEncoder Encoder(EncodingModel model) => new(_folder["corpus"], model, _folder["encoded"]);

    private sealed class Stop(CancellationTokenSource source, int pieces) : IProgress<EncodingProgress>
    {
        private int _told;

        public void Report(EncodingProgress value)
        {
            if (++_told == pieces)
                source.Cancel();
        }
    }

    [Fact]
    public async Task What_the_networks_say_is_stored_and_an_interrupted_run_goes_on()
    {
        var folder = await PrepareAsync();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var encoding = new EncodingModel(folder, CPU);
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() => Encoder(encoding).Run(new Stop(stop, 5), stop.Token)); // in the second shard
        var parts = encoding.Plan([]).Parts;
        Assert.Contains(
            "Shard 1 is missing",
            Assert.Throws<MelodyException>(() => EncodedCorpus.Open(_folder["encoded"], parts)).Message,
            StringComparison.Ordinal
        );
        var first = File.GetLastWriteTimeUtc(new EncodedShard(_folder["encoded"], 0).Data);
        var done = Encoder(encoding).Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((2, 1.0), (done.ShardsDone, done.Fraction));
        Assert.Equal(3 * 2.8, done.Seconds, 0.01); // the first shard was not made again
        Assert.Equal(first, File.GetLastWriteTimeUtc(new EncodedShard(_folder["encoded"], 0).Data));

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = MusicModel.CreateUntrained("test", 1);
        using var source = CorpusReader.Open(_folder["corpus"]);
        using var encoded = EncodedCorpus.Open(_folder["encoded"], parts);
        var id = encoded.PiecesOf(DatasetSplit.Train)[2];
        var stored = encoded.Piece(id);
        var piece = source.Pieces.Where(p => p.Shard == id.Shard).ElementAt(id.Piece);
        Assert.Equal(DatasetSplit.Train, piece.Record.Split);
        var samples = new float[piece.Frames];
        source.Read(piece, 0, samples);
        var audio = tensor(samples, [1, samples.Length]);
        var latents = model.Networks.Autoencoder.EncodeLatents(audio);
        Assert.Equal(latents.shape[1], stored.Frames);
        var kept = new float[latents.numel()];
        encoded.ReadLatents(id, 0, kept);
        // stored as float16
        Reference.FixedValues.AssertClose(Reference.FixedValues.Flat(latents), Array.ConvertAll(kept, v => (double)v), 6e-4);
        var tokens = new long[stored.Tokens];
        encoded.ReadTokens(id, 0, tokens);
        Assert.Equal(model.Networks.SemanticTokenizer.Tokenize(audio).data<long>().ToArray(), tokens);

        var window = encoded.WindowsOf(DatasetSplit.Train).First(w => encoded.PieceOf(w) == id && encoded.Window(w).Token > 0);
        Assert.Equal((int)Math.Round(0.9 * 25), encoded.Window(window).Token); // the second window begins at 0.9 s
        Assert.Equal(
            (ControlClassOf120, 9 + 12, 2),
            (encoded.Window(window).Tempo, encoded.Window(window).Key, encoded.Window(window).Metre)
        ); // A minor, 4/4
        Assert.Equal(2, encoded.Window(window).Texts); // one caption and the tags
        var texts = model
            .Networks.JointEmbedding.TokensForText([$"window 1 of {piece.Record.Id}", "sine"])
            .data<long>()
            .ToArray()
            .Chunk(12)
            .ToArray();
        Assert.Equal(texts[0], encoded.TextPrefix(window, 0));
        Assert.Equal(texts[1], encoded.TextPrefix(window, 1));
        Assert.Equal(
            model.Networks.JointEmbedding.TokensForAudio(audio.narrow(1, (long)(0.9 * 24000), 24000)).data<long>().ToArray(),
            encoded.AudioPrefix(window)
        );
    }

    [Theory]
    [InlineData("joint-embedding", "audio_prefix", "text_prefix")]
    [InlineData("autoencoder", "latents")]
    [InlineData("semantic-tokenizer", "tokens")]
    public async Task Only_a_new_part_goes_through_the_music_again(string part, params string[] its)
    {
        var folder = await PrepareAsync();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using (var encoding = new EncodingModel(folder, CPU))
            Encoder(encoding).Run(cancellation: TestContext.Current.CancellationToken);
        var shard = new EncodedShard(_folder["encoded"], 0);
        Mark(shard);

        using (var model = MusicModel.CreateUntrained("test", 9))
            await model.SaveAsync(_folder["other"], TestContext.Current.CancellationToken);
        Replace(_folder["model"], part, _folder["other"]);
        (
            await ToolRun.RunAsync("corpus", "encode", _folder["corpus"], "--model", _folder["model"], "-o", _folder["encoded"])
        ).AssertRefused($"encoded by another {part}");
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
                    _folder["again"],
                    "--reuse",
                    _folder["encoded"],
                    "--device",
                    "cpu"
                )
            ).Code
        );

        using var old = SafetensorsReader.Open(shard.Data);
        using var made = SafetensorsReader.Open(new EncodedShard(_folder["again"], 0).Data);
        byte[] Bytes(SafetensorsReader reader, string name)
        {
            var bytes = new byte[reader.Entries[name].End - reader.Entries[name].Begin];
            reader.CopyBytes(name, 0, bytes);
            return bytes;
        }
        foreach (var name in new[] { "latents", "tokens", "audio_prefix", "text_prefix", "pieces", "windows" })
            if (its.Contains(name))
                Assert.NotEqual(Bytes(old, name), Bytes(made, name));
            else
                Assert.Equal(Bytes(old, name), Bytes(made, name)); // the marks came along

        (
            await ToolRun.RunAsync(
                "corpus",
                "encode",
                _folder["corpus"],
                "--model",
                _folder["other"],
                "-o",
                _folder["third"],
                "--reuse",
                _folder["encoded"]
            )
        ).AssertRefused("was encoded by another");
        Assert.False(Directory.Exists(_folder["third"]));
    }

    private static void Replace(string folder, string part, string other)
    {
        JsonNode Manifest(string model) => JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!;
        var manifest = Manifest(folder);
        manifest["parts"]![part] = Manifest(other)["parts"]![part]!.DeepClone();
        File.WriteAllText(Path.Combine(folder, "config.json"), manifest.ToJsonString());
        File.Copy(Path.Combine(other, $"{part}.safetensors"), Path.Combine(folder, $"{part}.safetensors"), overwrite: true);
    }

    [Fact]
    public async Task Processes_share_the_shards_and_a_stage_gets_only_what_it_reads()
    {
        await PrepareAsync();
        Task<ToolRun> EncodeAsync(string output, params string[] more) =>
            ToolRun.RunAsync([
                "corpus",
                "encode",
                _folder["corpus"],
                "--model",
                _folder["model"],
                "-o",
                _folder[output],
                "--device",
                "cpu",
                .. more,
            ]);
        Assert.Equal(0, (await EncodeAsync("whole")).Code);
        Assert.Equal(0, (await EncodeAsync("shared", "--shard", "2/2")).Code);
        Assert.False(File.Exists(new EncodedShard(_folder["shared"], 0).Data));
        Assert.Equal(0, (await EncodeAsync("shared", "--shard", "1/2")).Code);
        for (int shard = 0; shard < 2; shard++)
            Assert.Equal(
                File.ReadAllText(new EncodedShard(_folder["whole"], shard).Hash),
                File.ReadAllText(new EncodedShard(_folder["shared"], shard).Hash)
            );

        Assert.Equal(0, (await EncodeAsync("words", "--for", "semantic-lm")).Code);
        Assert.Equal(0, (await EncodeAsync("sound", "--for", "diffusion")).Code);
        using var whole = EncodedCorpus.Open(_folder["whole"], new Dictionary<string, string>());
        using var words = EncodedCorpus.Open(_folder["words"], new Dictionary<string, string>());
        using var sound = EncodedCorpus.Open(_folder["sound"], new Dictionary<string, string>());
        foreach (var id in whole.PiecesOf(DatasetSplit.Train))
        {
            Assert.Equal(0, words.Piece(id).Frames);
            Assert.Equal(whole.Piece(id) with { Split = DatasetSplit.Train }, sound.Piece(id) with { Split = DatasetSplit.Train });
            long[] expected = new long[whole.Piece(id).Tokens],
                actual = new long[expected.Length];
            whole.ReadTokens(id, 0, expected);
            words.ReadTokens(id, 0, actual);
            Assert.Equal(expected, actual);
        }
        foreach (var id in whole.WindowsOf(DatasetSplit.Train))
            Assert.Equal(whole.AudioPrefix(id), words.AudioPrefix(id));
        Assert.All(sound.WindowsOf(DatasetSplit.Train), id => Assert.Equal(0, sound.Window(id).Texts));

        (await EncodeAsync("none", "--for", "decoder")).AssertRefused("--for is 'decoder'");
        (await EncodeAsync("none", "--shard", "3/2")).AssertRefused("--shard is '3/2'");
        (
            await ToolRun.RunAsync(
                "train",
                "diffusion",
                "--preset",
                "test",
                "--corpus",
                _folder["words"],
                "-o",
                _folder["model"],
                "--run",
                _folder["run"]
            )
        ).AssertRefused("holds nothing of the autoencoder");
        (
            await ToolRun.RunAsync(
                "train",
                "semantic-lm",
                "--preset",
                "test",
                "--corpus",
                _folder["sound"],
                "-o",
                _folder["model"],
                "--run",
                _folder["run"]
            )
        ).AssertRefused("holds nothing of the joint-embedding");
    }

    // one value of each kind is another that could stand there, and the hash says that this is right
    private static void Mark(EncodedShard shard)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        Dictionary<string, string> metadata;
        using (var reader = SafetensorsReader.Open(shard.Data))
        {
            tensors = reader.Entries.Keys.ToDictionary(name => name, name => reader.Read(name).clone());
            metadata = reader.Metadata.ToDictionary();
        }
        tensors["tokens"][3] = tensors["tokens"][3].bitwise_xor(1);
        foreach (var name in new[] { "audio_prefix", "text_prefix" })
            tensors[name][0, 2] = tensors[name][0, 2].bitwise_xor(1);
        tensors["latents"][0, 2] = (1 - tensors["latents"][0, 2]) / 2;
        SafetensorsWriter.Write(shard.Data, tensors, metadata);
        File.WriteAllText(
            shard.Hash,
            $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(shard.Data)))}  "
                + $"{Path.GetFileName(shard.Data)}\n"
        );
    }

    // 40 * 6^(c / 90) = 120 bpm
    private static int ControlClassOf120 => (int)Math.Round(90 * Math.Log(3) / Math.Log(6));

    [Fact]
    public async Task The_tool_refuses_other_rates_and_other_models()
    {
        await PrepareAsync(rate: 8000);
        var run = await ToolRun.RunAsync(
            "corpus",
            "encode",
            _folder["corpus"],
            "--model",
            _folder["model"],
            "-o",
            _folder["encoded"],
            "--device",
            "cpu"
        );
        run.AssertRefused("8000");
        Directory.Delete(_folder["corpus"], recursive: true);
        (
            await ToolRun.RunAsync("corpus", "encode", _folder["corpus"], "--model", _folder["model"], "-o", _folder["encoded"])
        ).AssertRefused("holds no corpus");
        EncodedFixture.Write(_folder["encoded"]);
        await PrepareAsync();
        (
            await ToolRun.RunAsync("corpus", "encode", _folder["corpus"], "--model", _folder["model"], "-o", _folder["encoded"])
        ).AssertRefused("encoded by another");
        foreach (var stage in new[] { "semantic-lm", "diffusion" })
        {
            (
                await ToolRun.RunAsync(
                    "train",
                    stage,
                    "--preset",
                    "test",
                    "--corpus",
                    _folder["encoded"],
                    "-o",
                    _folder["model"],
                    "--run",
                    _folder["run"]
                )
            ).AssertRefused("was encoded by another");
            (
                await ToolRun.RunAsync(
                    "train",
                    stage,
                    "--preset",
                    "test",
                    "--corpus",
                    _folder["corpus"],
                    "-o",
                    _folder["model"],
                    "--run",
                    _folder["run"]
                )
            ).AssertRefused("not encoded yet");
        }
    }

    public void Dispose() => _folder.Dispose();
}
