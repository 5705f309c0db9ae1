using System.Reflection;
using System.Text.Json.Nodes;
using Melody.Autoencoder;
using Melody.Autoencoder.Magnitude;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.SemanticTokens;
using Melody.Training.Stages;
using Melody.Weights;

namespace Melody.Tests.Model;

/// <summary>Model folders whose configuration lies: each is refused with one sentence before anything of its size is built.</summary>
public sealed class HostileModelTests : IClassFixture<HostileModelTests.Saved>
{
    private static readonly MusicModelOptions Cpu = new() { Device = ComputeDevice.Cpu, AllowUntrained = true };

    private readonly Saved _saved;

    public HostileModelTests(Saved saved) => _saved = saved;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(
        "autoencoder",
        "inverseStft.encoderLayers",
        "16777217",
        "'inverseStft.encoderLayers' is 16777217, and 0 to 256 is possible"
    )]
    [InlineData("autoencoder", "sampleRate", "-24000", "'sampleRate' is -24000")]
    [InlineData("autoencoder", "inverseStft.hopLength", "0", "'inverseStft.hopLength' is 0")]
    [InlineData("autoencoder", "latentChannels", "null", "latentChannels")]
    [InlineData("denoiser", "blocks", "16777217", "'blocks' is 16777217")]
    [InlineData("denoiser", "segmentLength", "-16", "'segmentLength' is -16")]
    [InlineData("denoiser", "segmentLength", "18", "multiple of 4 frames")]
    [InlineData("denoiser", "heads", "0", "'heads' is 0")]
    [InlineData("denoiser", "heads", "7", "7 heads do not divide the width of 64")]
    [InlineData("denoiser", "latentScale", "1e300", "'latentScale' is 1E+300")]
    [InlineData("semantic-lm", "layers", "2147483647", "'layers' is 2147483647")]
    [InlineData("semantic-lm", "width", "-64", "'width' is -64")]
    [InlineData("semantic-lm", "windowHop", "9999", "windowHop is longer than the window")]
    [InlineData("semantic-tokenizer", "mel.hop", "0", "'mel.hop' is 0")]
    [InlineData("semantic-tokenizer", "hop", "0", "'hop' is 0")]
    [InlineData("semantic-tokenizer", "tapLayer", "9", "tapLayer has to lie between 1 and")]
    [InlineData("joint-embedding", "audio.strideFrames", "0", "'audio.strideFrames' is 0")]
    [InlineData("joint-embedding", "audio.hopSeconds", "1e-300", "'audio.hopSeconds' is 1E-300")]
    [InlineData("joint-embedding", "audio.patchBands", "500", "in 'audio', a patch is larger than the picture")]
    [InlineData("joint-embedding", "text.words.tokens", "-1", "'text.words.tokens' is -1")]
    public async Task ANumberThatCannotBeIsNamed(string part, string path, string value, string sentence)
    {
        var error = await Assert.ThrowsAsync<MelodyException>(() => LoadAsync(config => Set(config, part, path, value)));
        Assert.StartsWith($"The configuration of the {part} in '", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("semantic-lm", "feedForward", "131072")]
    [InlineData("semantic-lm", "layers", "256")]
    [InlineData("denoiser", "feedForwardWidth", "131072")]
    [InlineData("joint-embedding", "text.words.vocabularySize", "10000000")]
    public async Task WeightsOfAnotherSizeAreToldFromTheirHeader(string part, string path, string value)
    {
        var error = await Assert.ThrowsAsync<MelodyException>(() => LoadAsync(config => Set(config, part, path, value)));
        Assert.Contains($"{part}.safetensors' do not fit the network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhateverStandsForANumberAModelLoadsOrIsRefused()
    {
        var text = File.ReadAllText(Path.Combine(_saved.Folder, ModelFolder.ConfigName));
        int refused = 0,
            numbers = 0;
        foreach (var (part, path) in Numbers(JsonNode.Parse(text)!["parts"]!.AsObject()))
        {
            numbers++;
            foreach (var value in new[] { "-1", "0", "16777217", "1e300" })
                try
                {
                    (await LoadAsync(config => Set(config, part, path, value))).Dispose();
                }
                catch (MelodyException)
                {
                    refused++;
                }
        }
        Assert.InRange(numbers, 70, 200);
        Assert.InRange(refused, 3 * numbers, 4 * numbers);
    }

    [Theory]
    [InlineData("\"evil\": null", "'parts.evil' is null")]
    [InlineData("\"evil\": {}", "config.json' cannot be used")]
    [InlineData("\"\\ud800\": null", "config.json' cannot be used")]
    public async Task OddPartsAreRefused(string part, string sentence)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(_saved.Folder, ModelFolder.ConfigName), Token);
        var hostile = text.Replace("\"parts\": {", $"\"parts\": {{ {part},", StringComparison.Ordinal);
        Assert.NotEqual(text, hostile);
        var error = await Assert.ThrowsAsync<MelodyException>(() => LoadTextAsync(hostile));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"preset\": \"\\ud800\"", "\"preset\": \"test\"")]
    [InlineData("\"sampleRate\": 24000, \"\\udc00\": 1", "\"sampleRate\": 24000")]
    [InlineData("\"trained\": false, \"training\": {\"a\": \"\\ud800\"}", "\"trained\": false")]
    public async Task TextThatIsNoTextIsRefused(string with, string instead)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(_saved.Folder, ModelFolder.ConfigName), Token);
        int at = text.IndexOf(
            instead,
            text.IndexOf(instead, StringComparison.Ordinal) is var first && instead[1] == 't' ? first + 1 : 0,
            StringComparison.Ordinal
        );
        var error = await Assert.ThrowsAsync<MelodyException>(() => LoadTextAsync(text[..at] + with + text[(at + instead.Length)..]));
        Assert.Contains("cannot be used", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryNumberOfAConfigurationHasARange()
    {
        Type[] roots =
        [
            typeof(AutoencoderConfig),
            typeof(MagnitudeAutoencoderConfig),
            typeof(JointEmbeddingConfig),
            typeof(SemanticTokenizerConfig),
            typeof(SemanticLanguageModelConfig),
            typeof(DenoiserConfig),
            typeof(AutoencoderTrainingOptions),
            typeof(MagnitudeAutoencoderTrainingOptions),
            typeof(JointEmbeddingTrainingOptions),
            typeof(SemanticTokenizerTrainingOptions),
            typeof(SemanticLanguageModelTrainingOptions),
            typeof(DiffusionTrainingOptions),
        ];
        var types = new Queue<Type>(roots);
        int numbers = 0;
        while (types.TryDequeue(out var type))
            foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            {
                var kind = property.PropertyType;
                if ((kind.IsGenericType ? kind.GenericTypeArguments[0] : kind) is { IsPrimitive: true } number && number != typeof(bool))
                {
                    Assert.True(property.GetCustomAttribute<SizeAttribute>() is not null, $"{type.Name}.{property.Name} has no range.");
                    numbers++;
                }
                else if (kind != typeof(bool))
                    types.Enqueue(kind.IsGenericType ? kind.GenericTypeArguments[0] : kind);
            }
        Assert.InRange(numbers, 150, 300);
    }

    [Fact]
    public async Task AFolderOfLinksIsAModel()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        using var temporary = new TemporaryFolder();
        // as the cache of Hugging Face lays them out: snapshots of links to blobs that are named by their hash
        var (blobs, snapshot) = (temporary["blobs"], temporary["snapshots/main"]);
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(snapshot);
        foreach (var file in Directory.GetFiles(_saved.Folder))
        {
            var name = Path.GetFileName(file);
            File.Copy(file, Path.Combine(blobs, name + "-blob"));
            File.CreateSymbolicLink(Path.Combine(blobs, name), name + "-blob");
            File.CreateSymbolicLink(Path.Combine(snapshot, name), $"../../blobs/{name}");
        }
        using var model = await MusicModel.LoadAsync(snapshot, Cpu, Token);
        Assert.Equal(_saved.Hash, model.Hash);

        var weights = Path.Combine(snapshot, "denoiser.safetensors");
        File.Delete(weights);
        File.CreateSymbolicLink(weights, "denoiser.safetensors");
        var error = await Assert.ThrowsAsync<MelodyException>(() => MusicModel.LoadAsync(snapshot, Cpu, Token));
        Assert.Contains("denoiser.safetensors", error.Message, StringComparison.Ordinal);
    }

    private Task<MusicModel> LoadAsync(Action<JsonObject> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_saved.Folder, ModelFolder.ConfigName)))!.AsObject();
        change(config["parts"]!.AsObject());
        return LoadTextAsync(config.ToJsonString());
    }

    private async Task<MusicModel> LoadTextAsync(string config)
    {
        var folder = _saved.Linked;
        await File.WriteAllTextAsync(Path.Combine(folder, ModelFolder.ConfigName), config, Token);
        return await MusicModel.LoadAsync(folder, Cpu, Token);
    }

    private static void Set(JsonObject parts, string part, string path, string value)
    {
        JsonNode node = parts[part]!["config"]!;
        var names = path.Split('.');
        foreach (var name in names[..^1])
            node = node[name]!;
        node[names[^1]] = JsonNode.Parse(value);
    }

    private static IEnumerable<(string Part, string Path)> Numbers(JsonObject parts) =>
        parts.SelectMany(part => Below(part.Value!["config"]!.AsObject()).Select(path => (part.Key, path)));

    private static IEnumerable<string> Below(JsonObject config) =>
        config.SelectMany(entry =>
            entry.Value is JsonObject inner ? Below(inner).Select(path => $"{entry.Key}.{path}")
            : entry.Value!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? [entry.Key]
            : []
        );

    /// <summary>A model of the preset for tests on disk, and a second folder with the same weights for other configurations.</summary>
    public sealed class Saved : IAsyncLifetime
    {
        private readonly TemporaryFolder _temporary = new();

        public string Folder => _temporary["model"];

        public string Linked => _temporary["hostile"];

        public string Hash { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            using var model = MusicModel.CreateUntrained("test", 3, Cpu);
            await model.SaveAsync(Folder);
            Directory.CreateDirectory(Linked);
            foreach (var file in Directory.GetFiles(Folder))
                File.Copy(file, Path.Combine(Linked, Path.GetFileName(file)));
            using var loaded = await MusicModel.LoadAsync(Folder, Cpu);
            Hash = loaded.Hash;
        }

        public ValueTask DisposeAsync()
        {
            _temporary.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
