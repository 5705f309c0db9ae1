using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Melody.Nn;
using Melody.Tests.Reference;
using Melody.Weights;
using TorchSharp;

namespace Melody.Tests.Weights;

/// <summary>A model folder is whole, unchanged and trained, or it is refused by name.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["model"];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void AModelComesBack()
    {
        using var layer = Write(trained: true);
        var folder = ModelFolder.Open(Folder);
        Assert.Equal(("tiny", "test", true), (folder.Manifest.Name, folder.Manifest.Preset, folder.Manifest.Trained));
        Assert.Equal(new Sizes(3, 2), folder.Config<Sizes>("layer"));
        Assert.Equal([1, 2, 3], folder.ReadAsset("layer", "words.txt"));
        Assert.Equal(7, folder.Part("layer").Training!.Value.GetProperty("steps").GetInt32());
        folder.RequireTrained();
        using var loaded = new Linear(3, 2, bias: true, ParameterFactory.Empty());
        folder.Load("layer", loaded);
        Assert.Equal(FixedValues.State(layer)["weight"], FixedValues.State(loaded)["weight"]);
        Assert.Equal(["config.json", "layer.safetensors", "words.txt"], Names());
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "config.json")))!;
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, "layer.safetensors")))),
            (string?)config["parts"]!["layer"]!["weights"]!["sha256"]
        );
    }

    [Fact]
    public void TheHashTellsModelsApart()
    {
        Write(trained: true, seed: 1).Dispose();
        var first = ModelFolder.Open(Folder).Manifest.Hash();
        Write(trained: true, seed: 1).Dispose();
        Assert.Equal(first, ModelFolder.Open(Folder).Manifest.Hash());
        Write(trained: true, seed: 2).Dispose();
        Assert.NotEqual(first, ModelFolder.Open(Folder).Manifest.Hash());
        Assert.Equal(64, first.Length);
    }

    [Fact]
    public void APartIsReplacedAloneAndOthersStay()
    {
        Write(trained: true).Dispose();
        using var other = FixedValues.Fill(new Linear(2, 2, bias: false, ParameterFactory.Random(5)));
        using (var writer = ModelFolderWriter.Update(Folder))
        {
            writer.SetPart("other", new Sizes(2, 2), other, trained: false, torch.ScalarType.BFloat16);
            writer.Commit();
        }
        var folder = ModelFolder.Open(Folder);
        Assert.Equal(["layer", "other"], folder.Manifest.Parts.Keys.Order());
        Assert.True(folder.Part("layer").Trained);
        Assert.False(folder.Manifest.Trained);
        Assert.Contains("untrained (other)", Message(folder.RequireTrained), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WritersAtTheSameTimeLoseNoPart(bool modelIsThere)
    {
        if (modelIsThere)
            Write(trained: true).Dispose();
        string[] names = [.. Enumerable.Range(0, 8).Select(i => $"part-{i}")];
        using var begun = new Barrier(names.Length);
        await Task.WhenAll(
            names.Select(name =>
                Task.Factory.StartNew(
                    () =>
                    {
                        using var writer = ModelFolderWriter.UpdateOrCreate(Folder, "tiny", "test");
                        using var layer = new Linear(2, 2, bias: false, ParameterFactory.Random(5));
                        Assert.True(begun.SignalAndWait(TimeSpan.FromSeconds(30))); // all have seen the folder as it was
                        writer.SetPart(name, new Sizes(2, 2), layer, trained: true);
                        writer.Commit();
                    },
                    TestContext.Current.CancellationToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
        );
        Assert.Equal(modelIsThere ? ["layer", .. names] : names, ModelFolder.Open(Folder).Manifest.Parts.Keys.Order());
        Assert.Equal(names.Length + (modelIsThere ? 3 : 1), Directory.GetFileSystemEntries(Folder).Length); // no lock stays
    }

    [Fact]
    public void WithoutCommitNothingStays()
    {
        using var layer = new Linear(3, 2, bias: true, ParameterFactory.Random(1));
        using (var writer = ModelFolderWriter.Create(Folder, "tiny", "test"))
            writer.SetPart("layer", new Sizes(3, 2), layer, trained: false);
        Assert.False(Directory.Exists(Folder));
        Write(trained: true).Dispose();
        var before = File.ReadAllBytes(Path.Combine(Folder, "config.json"));
        using (var writer = ModelFolderWriter.Create(Folder, "new", "test"))
            writer.SetPart("layer", new Sizes(3, 2), layer, trained: false);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Folder, "config.json")));
        Assert.Equal(["config.json", "layer.safetensors", "words.txt"], Names());
    }

    [Fact]
    public void UntrainedIsRefusedByName()
    {
        Write(trained: false).Dispose();
        var message = Message(ModelFolder.Open(Folder).RequireTrained);
        Assert.Contains("'tiny'", message, StringComparison.Ordinal);
        Assert.Contains("untrained (layer)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingThingsAreNamed()
    {
        Assert.Contains("does not exist", Message(() => ModelFolder.Open(Folder)), StringComparison.Ordinal);
        File.WriteAllText(_temporary["file"], "");
        Assert.Contains("is a file", Message(() => ModelFolder.Open(_temporary["file"])), StringComparison.Ordinal);
        Assert.Contains("is a file", Message(() => ModelFolderWriter.Create(_temporary["file"], "a", "b")), StringComparison.Ordinal);
        Assert.Contains("holds no config.json", Message(() => ModelFolder.Open(_temporary.Path)), StringComparison.Ordinal);
        Write(trained: true).Dispose();
        Assert.Contains("lacks its denoiser", Message(() => ModelFolder.Open(Folder).Part("denoiser")), StringComparison.Ordinal);
        Assert.Contains("lacks its file 'x'", Message(() => ModelFolder.Open(Folder).ReadAsset("layer", "x")), StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder, "layer.safetensors"));
        Assert.Contains("lacks 'layer.safetensors'", Message(() => ModelFolder.Open(Folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void ChangedFilesAreRefused()
    {
        Write(trained: true).Dispose();
        var weights = Path.Combine(Folder, "layer.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Contains("damaged or changed", Message(() => ModelFolder.Open(Folder).OpenWeights("layer")), StringComparison.Ordinal);
        File.WriteAllBytes(weights, bytes[..^1]);
        Assert.Contains("truncated", Message(() => ModelFolder.Open(Folder)), StringComparison.Ordinal);
        Write(trained: true).Dispose();
        File.WriteAllBytes(Path.Combine(Folder, "words.txt"), [1, 2, 4]);
        Assert.Contains(
            "damaged or changed",
            Message(() => ModelFolder.Open(Folder).ReadAsset("layer", "words.txt")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("formatVersion", "2", "newer than 1")]
    [InlineData("formatVersion", "\"1\"", "no formatVersion")]
    [InlineData("formatVersion", "0", "no formatVersion")]
    [InlineData("name", "null", "cannot be used")]
    [InlineData("surprise", "1", "cannot be used")]
    [InlineData("parts", "[]", "cannot be used")]
    [InlineData(
        "parts",
        """{"layer":{"config":{},"weights":{"file":"../../secret","bytes":1,"sha256":""},"trained":true}}""",
        "not a plain file name"
    )]
    [InlineData(
        "parts",
        """{"layer":{"config":{},"weights":{"file":"config.json","bytes":1,"sha256":""},"trained":true}}""",
        "not a plain file name"
    )]
    [InlineData("parts", """{"layer":{"config":{},"weights":{"bytes":1,"sha256":""},"trained":true}}""", "cannot be used")]
    public void BadConfigurationsAreRefused(string property, string json, string reason)
    {
        Write(trained: true).Dispose();
        var file = Path.Combine(Folder, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config[property] = JsonNode.Parse(json);
        File.WriteAllText(file, config.ToJsonString());
        Assert.Contains(reason, Message(() => ModelFolder.Open(Folder)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("""{"formatVersion":1,"formatVersion":1}""")]
    public void TextThatIsNoConfigurationIsRefused(string text)
    {
        Write(trained: true).Dispose();
        File.WriteAllText(Path.Combine(Folder, "config.json"), text);
        Assert.NotEmpty(Message(() => ModelFolder.Open(Folder)));
    }

    [Fact]
    public void AReadOnlyPlaceIsSaid()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's folder where nobody may write.");
        Assert.Contains("/proc/model", Message(() => ModelFolderWriter.Create("/proc/model", "a", "b")), StringComparison.Ordinal);
    }

    private Linear Write(bool trained, int seed = 1)
    {
        var layer = FixedValues.Fill(new Linear(3, 2, bias: true, ParameterFactory.Random(1)), seed);
        using var writer = ModelFolderWriter.Create(Folder, "tiny", "test");
        writer.SetPart(
            "layer",
            new Sizes(3, 2),
            layer,
            trained,
            training: new Summary(7),
            assets: new Dictionary<string, byte[]> { ["words.txt"] = [1, 2, 3] }
        );
        writer.Commit();
        return layer;
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string Message(Action action)
    {
        var message = Assert.Throws<MelodyException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static string Message(Func<object> action) =>
        Message(() =>
        {
            _ = action();
        });

    private sealed record Summary(int Steps);

    private sealed record Sizes(int Inputs, int Outputs);
}
