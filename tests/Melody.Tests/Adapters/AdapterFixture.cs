using System.Text.Json.Nodes;
using Melody.Adapters;
using Melody.Models;
using Melody.Tests.Reference;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Adapters;

/// <summary>A small model on disk and adapters of it whose factors follow from a seed.</summary>
internal static class AdapterFixture
{
    public const string LanguageWeight = "blocks.0.qkv.weight",
        DenoiserWeight = "block_0.fine.0.weight";
    public const int Rank = 3;

    public static MusicModelOptions Options(params MusicAdapter[] adapters) =>
        new()
        {
            Device = ComputeDevice.Cpu,
            AllowUntrained = true,
            Adapters = adapters,
        };

    /// <summary>A model of random numbers that says that it is trained.</summary>
    public static async Task WriteModelAsync(string folder, long seed = 7)
    {
        using (var model = MusicModel.CreateUntrained("test", seed, Options()))
            await model.SaveAsync(folder, TestContext.Current.CancellationToken);
        var file = Path.Combine(folder, ModelFolder.ConfigName);
        var config = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        config["trained"] = true;
        foreach (var (_, part) in config["parts"]!.AsObject())
            part!["trained"] = true;
        await File.WriteAllTextAsync(file, config.ToJsonString());
    }

    public static AdapterManifest Manifest(string folder, double scale = 1) =>
        new()
        {
            FormatVersion = 1,
            Name = "chip",
            Model = "small",
            Scale = scale,
            Parts = new[] { Parts.SemanticLanguageModel.Name, Parts.Denoiser.Name }.ToDictionary(
                part => part,
                part => ModelFolder.Open(folder).Part(part).Hash()
            ),
        };

    /// <summary>The factors of two weights, of which float16 keeps every bit.</summary>
    public static Dictionary<string, Tensor> Factors(string folder, int seed)
    {
        var model = ModelFolder.Open(folder);
        var factors = new Dictionary<string, Tensor>();
        foreach (var (part, weight) in Changed)
        {
            using var reader = model.OpenWeights(part);
            var shape = reader.Entries[weight].Shape;
            factors[$"{part}.{weight}.lora_A"] = Exact(seed, Rank, shape[1]);
            factors[$"{part}.{weight}.lora_B"] = Exact(seed + 1, shape[0], Rank);
        }
        return factors;
    }

    public static (string Part, string Weight)[] Changed { get; } =
    [(Parts.SemanticLanguageModel.Name, LanguageWeight), (Parts.Denoiser.Name, DenoiserWeight)];

    public static string Write(string path, string folder, int seed = 1, double scale = 1)
    {
        AdapterFile.Write(path, Manifest(folder, scale), Factors(folder, seed));
        return path;
    }

    /// <summary>All values of the networks of a model, by part and name.</summary>
    public static Dictionary<string, double[]> State(MusicModel model) =>
        model
            .Networks.All.SelectMany(part => FixedValues.State(part.Module).Select(value => ($"{part.Part}.{value.Key}", value.Value)))
            .ToDictionary(value => value.Item1, value => value.Value);

    private static Tensor Exact(int seed, long rows, long columns) => (FixedValues.Tensor(seed, rows, columns) * 64).round() / 64;
}
