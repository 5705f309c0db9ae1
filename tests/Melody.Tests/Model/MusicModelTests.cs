using System.Text.Json.Nodes;
using Melody.Audio;
using Melody.Conditioning;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Model;

/// <summary>A model goes to disk and back, and is found, refused and shared as promised.</summary>
public sealed class MusicModelTests : IDisposable
{
    private static readonly MusicModelOptions Cpu = new() { Device = ComputeDevice.Cpu, AllowUntrained = true };

    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["model"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task AModelSurvivesTheDisk()
    {
        using var model = MusicModel.CreateUntrained("test", 7, Cpu);
        await model.SaveAsync(Folder, Token);
        using var loaded = await MusicModel.LoadAsync(Folder, Cpu, Token);
        Assert.Equal(("untrained-test-7", "test", false, 24000), (loaded.Id, loaded.Preset, loaded.IsTrained, loaded.SampleRate));
        Assert.Equal(model.Parts, loaded.Parts);
        Assert.Equal(ComputeDevice.Cpu, loaded.Device);
        foreach (var (first, second) in model.Networks.All.Zip(loaded.Networks.All))
        {
            var (expected, actual) = (FixedValues.State(first.Module), FixedValues.State(second.Module));
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach (var name in expected.Keys)
                Assert.Equal(expected[name], actual[name]);
            Assert.False(second.Module.training);
        }
        await loaded.SaveAsync(_temporary["again"], Token);
        using var again = await MusicModel.LoadAsync(_temporary["again"], Cpu, Token);
        Assert.Equal(loaded.Hash, again.Hash);
    }

    [Fact]
    public void TheSeedMakesTheModel()
    {
        double[] Values(long seed)
        {
            using var model = MusicModel.CreateUntrained("test", seed, Cpu);
            return FixedValues.State(model.Networks.Denoiser)["input.weight"];
        }
        Assert.Equal(Values(1), Values(1));
        Assert.NotEqual(Values(1), Values(2));
    }

    [Fact]
    public async Task UntrainedModelsAreRefusedByName()
    {
        using (var model = MusicModel.CreateUntrained("test", 7, Cpu))
            await model.SaveAsync(Folder, Token);
        var error = await Assert.ThrowsAsync<MelodyException>(() =>
            MusicModel.LoadAsync(Folder, new() { Device = ComputeDevice.Cpu }, Token)
        );
        Assert.Contains("'untrained-test-7'", error.Message, StringComparison.Ordinal);
        Assert.Contains("untrained (", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("autoencoder")]
    [InlineData("joint-embedding")]
    [InlineData("semantic-tokenizer")]
    [InlineData("semantic-lm")]
    [InlineData("denoiser")]
    public async Task AMissingPartIsNamed(string part)
    {
        using (var model = MusicModel.CreateUntrained("test", 7, Cpu))
            await model.SaveAsync(Folder, Token);
        EditConfig(config => ((JsonObject)config["parts"]!).Remove(part));
        var error = await Assert.ThrowsAsync<MelodyException>(() => MusicModel.LoadAsync(Folder, Cpu, Token));
        Assert.Contains($"lacks its {part}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartsOfDifferentModelsAreRefused()
    {
        using (var model = MusicModel.CreateUntrained("test", 7, Cpu))
            await model.SaveAsync(Folder, Token);
        EditConfig(config => config["parts"]!["denoiser"]!["config"]!["latentChannels"] = 16);
        var error = await Assert.ThrowsAsync<MelodyException>(() => MusicModel.LoadAsync(Folder, Cpu, Token));
        Assert.Contains("latent channels is 16 in the denoiser and 32 in the autoencoder", error.Message, StringComparison.Ordinal);
        EditConfig(config =>
        {
            config["parts"]!["denoiser"]!["config"]!["latentChannels"] = 32;
            config["parts"]!["denoiser"]!["config"]!["hiddenWidth"] = 32;
        });
        error = await Assert.ThrowsAsync<MelodyException>(() => MusicModel.LoadAsync(Folder, Cpu, Token));
        Assert.Contains("do not fit the network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACancelledLoadOrSaveLeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var model = MusicModel.CreateUntrained("test", 7, Cpu);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.SaveAsync(Folder, cancelled.Token));
        Assert.False(Directory.Exists(Folder));
        await model.SaveAsync(Folder, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MusicModel.LoadAsync(Folder, Cpu, cancelled.Token));
    }

    [Fact]
    public async Task CudaIsNeverReplacedInSilence()
    {
        Assert.SkipWhen(TorchDevice.HasCuda, "This machine has CUDA.");
        var error = Assert.Throws<MelodyException>(() => MusicModel.CreateUntrained("test", 7, new() { Device = ComputeDevice.Cuda }));
        Assert.Contains("MELODY_LIBTORCH", error.Message, StringComparison.Ordinal);
        using var model = MusicModel.CreateUntrained("test", 7, new() { Device = ComputeDevice.Auto });
        Assert.Equal(ComputeDevice.Cpu, model.Device);
        await Assert.ThrowsAsync<MelodyException>(() => MusicModel.LoadAsync(Folder, new() { Threads = 0 }, Token));
    }

    [Fact]
    public void TheDefaultFolderIsFoundFromBelow()
    {
        var mini = Directory.CreateDirectory(_temporary[ModelLocation.DefaultFolder]).FullName;
        var below = Directory.CreateDirectory(Path.Combine(_temporary["a"], "b", "c")).FullName;
        Assert.Null(ModelLocation.Find(below));
        File.WriteAllText(Path.Combine(mini, "config.json"), "{}");
        Assert.Equal(mini, ModelLocation.Find("/", below));
        Assert.Equal("named", ModelLocation.Resolve("named"));
    }

    [Fact]
    public async Task AModelThatIsGoneNeitherEncodesNorDecodes()
    {
        var model = MusicModel.CreateUntrained("test", 7, Cpu);
        var generator = new MusicGenerator(model);
        var clip = new AudioClip(new float[24_000], 24_000);
        var latents = await generator.EncodeAsync(clip, Token);
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.EncodeAsync(clip, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.DecodeAsync(latents, Token));
    }

    [Theory]
    [InlineData("corpus.json", "a corpus")]
    [InlineData("encoded.json", "an encoded corpus")]
    public async Task AModelIsNotSavedIntoAFolderOfAnotherKind(string plan, string kind)
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, plan), "{}", Token);
        using var model = MusicModel.CreateUntrained("test", 7, Cpu);
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => model.SaveAsync(Folder, Token));
        Assert.Contains($"holds {kind} ({plan})", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([plan], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task ManyThreadsMayUseOneModel()
    {
        using var model = MusicModel.CreateUntrained("test", 7, Cpu);
        double[] Decode(int seed)
        {
            using var scope = NewDisposeScope();
            using var precision = ComputePrecision.Use(model.Precision);
            using var _ = no_grad();
            return FixedValues.Flat(model.Networks.Autoencoder.Decode(FixedValues.Tensor(seed, 1, 20, 32)));
        }
        var alone = Enumerable.Range(0, 4).Select(Decode).ToList();
        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Decode(i % 4), Token)));
        for (int i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % 4], together[i]);
    }

    /// <summary>
    /// Weights that were rounded to bfloat16 at loading give what float32 weights give when they are rounded at each use:
    /// the same products, but for where a network adds or scales a weight by itself.
    /// </summary>
    [Fact]
    public void BFloat16WeightsGiveTheSameResults()
    {
        using var all = NewDisposeScope();
        var config = ModelConfig.FromPreset("test");
        using var random = ParameterFactory.Random(3);
        using var empty = ParameterFactory.Empty(matrixType: ScalarType.BFloat16);
        using var exact = new ModelParts(config, random);
        using var rounded = new ModelParts(config, empty);
        rounded.CopyFrom(exact);
        Assert.Equal(ScalarType.BFloat16, rounded.Denoiser.state_dict()["input.weight"].dtype);
        Assert.Equal(ScalarType.Float32, rounded.JointEmbedding.Quantizer.Codebooks.dtype);
        Assert.Equal(ScalarType.Float32, rounded.SemanticTokenizer.state_dict()["centres"].dtype);
        var (audio, latents) = (FixedValues.Tensor(1, 1, 48000), FixedValues.Tensor(2, 1, 100, 32));
        var tokens = arange(50, ScalarType.Int64).unsqueeze(0);
        var conditions = zeros(1, exact.SemanticLanguageModel.Vocabulary.ConditionCount, ScalarType.Int64);

        AssertSame(parts => parts.Autoencoder.EncodeLatents(audio));
        AssertSame(parts => parts.Autoencoder.Decode(latents));
        AssertSame(parts => parts.JointEmbedding.EmbedAudio(audio));
        AssertSame(parts => parts.JointEmbedding.EmbedText(["a calm piano, and the sea"]));
        AssertSame(parts => parts.SemanticTokenizer.Embed(audio));
        AssertSame(parts => parts.SemanticLanguageModel.forward(conditions, tokens));
        AssertSame(parts => parts.Denoiser.forward(latents, latents.select(2, 0).abs(), tokens, null, null));

        void AssertSame(Func<ModelParts, Tensor> run)
        {
            using var scope = NewDisposeScope();
            using var precision = ComputePrecision.Use(ScalarType.BFloat16);
            using var _ = no_grad();
            var (expected, actual) = (run(exact).to_type(ScalarType.Float32), run(rounded).to_type(ScalarType.Float32));
            Assert.InRange((actual - expected).norm().item<float>() / expected.norm().item<float>(), 0, 0.02);
        }
    }

    private void EditConfig(Action<JsonNode> edit)
    {
        var file = Path.Combine(Folder, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        edit(config);
        File.WriteAllText(file, config.ToJsonString());
    }
}
