using Melody.Autoencoder;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Models;
using Melody.Presets;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;
using Melody.Tests.Reference;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>What <c>melody train</c> leaves in the model folder, whenever and however it ends.</summary>
public sealed class WrittenPartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WrittenPartTests()
    {
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 6,
            WindowSeconds = 10,
            Tools = ["sine 1.0"],
        };
        new CorpusBuilder(_folder["corpus"], plan, () => new SinePieces(plan), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
    }

    private string Hash(string part) => PartHash.Of(ModelFolder.Open(_folder["model"]).Part(part));

    private bool HasPart(string part) =>
        Directory.Exists(_folder["model"]) && ModelFolder.Open(_folder["model"]).Manifest.Parts.ContainsKey(part);

    private async Task<string> TrainAsync(string stage, string run, params string[] more)
    {
        var made = await ToolRun.RunAsync([
            "train",
            stage,
            "--preset",
            "test",
            "--corpus",
            _folder["corpus"],
            "--run",
            _folder[run],
            "-o",
            _folder["model"],
            "--validation-steps",
            "0",
            "--device",
            "cpu",
            "--resume",
            .. more,
        ]);
        Assert.True(made.Code == 0, made.Error);
        return made.Error;
    }

    // what decides how the autoencoder in the model folder encodes
    private IReadOnlyDictionary<string, string> Encoding() => PartHash.OfEncoding(ModelFolder.Open(_folder["model"]), [Parts.Autoencoder]);

    [Fact]
    public async Task A_finished_stage_is_left_alone()
    {
        await TrainAsync("semantic-tokenizer", "run", "--steps", "2");
        var (hash, written) = (
            Hash(Parts.SemanticTokenizer.Name),
            File.GetLastWriteTimeUtc(_folder["model/semantic-tokenizer.safetensors"])
        );
        var again = await TrainAsync("semantic-tokenizer", "run", "--steps", "2");
        Assert.Contains("all 2 steps are done", again, StringComparison.Ordinal);
        Assert.DoesNotContain("centres", again, StringComparison.Ordinal); // none is fitted again
        Assert.Equal(
            (hash, written),
            (Hash(Parts.SemanticTokenizer.Name), File.GetLastWriteTimeUtc(_folder["model/semantic-tokenizer.safetensors"]))
        );
    }

    [Fact]
    public async Task A_finished_stage_writes_a_lost_model_and_goes_on_with_more_steps()
    {
        await TrainAsync("autoencoder", "run", "--steps", "1");
        var hash = Hash(Parts.Autoencoder.Name);
        Directory.Delete(_folder["model"], recursive: true);
        Assert.Contains("weights written", await TrainAsync("autoencoder", "run", "--steps", "1"), StringComparison.Ordinal);
        Assert.Equal(hash, Hash(Parts.Autoencoder.Name));
        Assert.Contains("weights written", await TrainAsync("autoencoder", "run", "--steps", "2"), StringComparison.Ordinal);
        Assert.NotEqual(hash, Hash(Parts.Autoencoder.Name));
    }

    [Fact]
    public async Task A_budget_that_ends_early_leaves_a_usable_part()
    {
        var log = await TrainAsync("semantic-tokenizer", "run", "--minutes", "0.02", "--cool-down-minutes", "0.01");
        Assert.Contains("weights written", log, StringComparison.Ordinal);
        Assert.Contains("validation:", log, StringComparison.Ordinal);
        Assert.True(HasPart(Parts.SemanticTokenizer.Name));
    }

    [Fact]
    public async Task Interrupting_leaves_the_part_and_its_codebooks()
    {
        using var stop = new CancellationTokenSource();
        var run = Task.Run(
            () =>
                ToolRun.RunCancellableAsync(
                    [
                        "train",
                        "semantic-tokenizer",
                        "--preset",
                        "test",
                        "--corpus",
                        _folder["corpus"],
                        "--run",
                        _folder["run"],
                        "-o",
                        _folder["model"],
                        "--validation-steps",
                        "0",
                        "--device",
                        "cpu",
                        "--checkpoint-minutes",
                        "0",
                    ],
                    stop.Token
                ),
            TestContext.Current.CancellationToken
        );
        while (!run.IsCompleted && !Directory.Exists(_folder["run/checkpoints"]))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        var ended = await run;
        Assert.NotEqual(0, ended.Code);
        Assert.Contains("weights written", ended.Error, StringComparison.Ordinal);
        using var parts = ModelFolder.Open(_folder["model"]).OpenWeights(Parts.SemanticTokenizer.Name);
        using var centres = parts.Read("centres");
        Assert.Equal(1024, centres.shape[0]);
        Assert.NotEqual(1, centres.to_type(ScalarType.Float32).std().item<float>(), 0.01); // not as they were drawn
    }

    [Fact]
    public async Task An_unfinished_run_does_not_replace_another_training()
    {
        await TrainAsync("autoencoder", "first", "--steps", "2");
        var hash = Hash(Parts.Autoencoder.Name);
        Assert.Contains(
            "keeps the weights of another training",
            await TrainAsync("autoencoder", "second", "--seed", "2", "--minutes", "0.01"),
            StringComparison.Ordinal
        );
        Assert.Equal(hash, Hash(Parts.Autoencoder.Name));
        Assert.Contains(
            "weights written",
            await TrainAsync("autoencoder", "second", "--seed", "2", "--minutes", "0.01", "--export"),
            StringComparison.Ordinal
        );
        Assert.NotEqual(hash, Hash(Parts.Autoencoder.Name));
        // from now on they are its own
        Assert.Contains(
            "weights written",
            await TrainAsync("autoencoder", "second", "--seed", "2", "--minutes", "0.01"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("autoencoder", "autoencoder")]
    [InlineData("joint-embedding", "joint-embedding")]
    public async Task A_training_can_start_from_a_finished_model(string stage, string part)
    {
        Dictionary<string, double[]> Values()
        {
            using var scope = NewDisposeScope();
            using var weights = ModelFolder.Open(_folder["model"]).OpenWeights(part);
            return weights.Entries.Keys.ToDictionary(name => name, name => FixedValues.Flat(weights.Read(name)));
        }
        double Distance(Dictionary<string, double[]> a, Dictionary<string, double[]> b) =>
            a.Where(p => !p.Key.Contains("quantizer", StringComparison.Ordinal))
                .Average(p => p.Value.Zip(b[p.Key], (x, y) => Math.Abs(x - y)).Average());

        await TrainAsync(stage, "first", "--steps", "2");
        var first = Values();
        Directory.Move(_folder["model"], _folder["given"]);
        await TrainAsync(stage, "tuned", "--steps", "1", "--seed", "9", "--start-from", _folder["given"]);
        var tuned = Values();
        Directory.Delete(_folder["model"], recursive: true);
        await TrainAsync(stage, "random", "--steps", "1", "--seed", "9");
        Assert.NotEqual(first.OrderBy(p => p.Key).SelectMany(p => p.Value), tuned.OrderBy(p => p.Key).SelectMany(p => p.Value));
        Assert.InRange(Distance(first, tuned), 0, Distance(first, Values()) / 5);
    }

    [Fact]
    public async Task A_start_from_nothing_is_refused_in_a_sentence()
    {
        (
            await ToolRun.RunAsync([
                "train",
                "autoencoder",
                "--preset",
                "test",
                "--corpus",
                _folder["corpus"],
                "--run",
                _folder["run"],
                "-o",
                _folder["model"],
                "--start-from",
                _folder["nowhere"],
                "--steps",
                "1",
                "--device",
                "cpu",
            ])
        ).AssertRefused("nowhere");
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task A_decoder_that_is_trained_alone_leaves_what_was_encoded_valid()
    {
        IReadOnlyDictionary<string, byte[]> Tensors()
        {
            using var weights = ModelFolder.Open(_folder["model"]).OpenWeights(Parts.Autoencoder.Name);
            return weights.Entries.ToDictionary(
                e => e.Key,
                e =>
                {
                    var bytes = new byte[e.Value.End - e.Value.Begin];
                    weights.CopyBytes(e.Key, 0, bytes);
                    return bytes;
                }
            );
        }

        await TrainAsync("autoencoder", "run", "--steps", "2");
        var (before, encoding) = (Tensors(), Encoding());
        await TrainAsync("decoder", "decoder", "--steps", "2");
        var after = Tensors();
        var changed = before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(after[name])).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, name => Assert.StartsWith("decoder.", name, StringComparison.Ordinal));
        Assert.Equal(encoding, Encoding());

        // it goes on behind the same encoder, and not behind another
        Assert.Contains("weights written", await TrainAsync("decoder", "decoder", "--steps", "3"), StringComparison.Ordinal);
        await TrainAsync("autoencoder", "run", "--steps", "3");
        Assert.NotEqual(encoding, Encoding());
        (
            await ToolRun.RunAsync([
                "train",
                "decoder",
                "--preset",
                "test",
                "--corpus",
                _folder["corpus"],
                "--run",
                _folder["decoder"],
                "-o",
                _folder["model"],
                "--device",
                "cpu",
                "--resume",
            ])
        ).AssertRefused("another configuration");
    }

    [Fact]
    public async Task An_autoencoder_can_hear_itself_through_a_finished_tokenizer()
    {
        string[] listening =
        [
            "train",
            "autoencoder",
            "--preset",
            "test",
            "--corpus",
            _folder["corpus"],
            "--run",
            _folder["heard"],
            "-o",
            _folder["model"],
            "--device",
            "cpu",
            "--steps",
            "2",
            "--set",
            "semanticWeight=1",
        ];
        (await ToolRun.RunAsync(listening)).AssertRefused(_folder["model"]);
        await TrainAsync("autoencoder", "run", "--steps", "2");
        (await ToolRun.RunAsync([.. listening, "--export"])).AssertRefused(Parts.SemanticTokenizer.Name);
        var deaf = Encoding();
        await TrainAsync("semantic-tokenizer", "tokenizer", "--steps", "1");
        var heard = await ToolRun.RunAsync([.. listening, "--export"]);
        Assert.True(heard.Code == 0, heard.Error);
        Assert.NotEqual(deaf, Encoding()); // the same seed and steps, but for the ear: the encoder learned from it
    }

    [Fact]
    public async Task The_weights_are_the_moving_average()
    {
        await TrainAsync("autoencoder", "run", "--steps", "12");
        var folder = ModelFolder.Open(_folder["model"]);
        using var scope = NewDisposeScope();
        using var network = Parts.Autoencoder.Load(folder, CPU);
        using var checkpoint = SafetensorsReader.Open(Directory.GetFiles(_folder["run/checkpoints"]).Max()!);
        var matrices = network
            .parameters()
            .Where(p => p.dim() > 1)
            .SelectMany(p => FixedValues.Flat(p.to_type(ScalarType.Float32)))
            .ToArray();
        double[] Rounded(string name) => FixedValues.Flat(checkpoint.Read(name).to_type(ScalarType.BFloat16).to_type(ScalarType.Float32));
        Assert.Equal(Rounded("autoencoder.matrices.average"), matrices);
        Assert.NotEqual(Rounded("autoencoder.matrices.values"), matrices);
    }

    [Theory]
    [InlineData("paper")]
    [InlineData("mini")]
    [InlineData("test")]
    public void Every_preset_averages(string preset)
    {
        double[] decays =
        [
            TrainingPreset.Read<JointEmbeddingTrainingOptions>(preset, JointEmbeddingRecipe.Stage).EmaDecay,
            TrainingPreset.Read<SemanticTokenizerTrainingOptions>(preset, SemanticTokenizerRecipe.Stage).EmaDecay,
            TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(preset, SemanticLanguageModelRecipe.Stage).EmaDecay,
            TrainingPreset.Read<DiffusionTrainingOptions>(preset, DiffusionRecipe.Stage).EmaDecay,
        ];
        Assert.All(decays, decay => Assert.InRange(decay, 0.9, 0.99999));
    }

    [Fact]
    public async Task A_cool_down_belongs_to_a_budget()
    {
        foreach (
            var more in new string[][]
            {
                ["--cool-down-minutes", "1"],
                ["--minutes", "1", "--cool-down-minutes", "2"],
                ["--minutes", "1", "--cool-down-minutes", "0"],
            }
        )
            (
                await ToolRun.RunAsync([
                    "train",
                    "autoencoder",
                    "--preset",
                    "test",
                    "--corpus",
                    _folder["corpus"],
                    "--run",
                    _folder["run"],
                    "-o",
                    _folder["model"],
                    "--device",
                    "cpu",
                    .. more,
                ])
            ).AssertRefused("--minutes");
    }

    public void Dispose() => _folder.Dispose();
}
