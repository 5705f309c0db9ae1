using System.Text;
using Melody.Adapters;
using Melody.Cli.Shared;
using Melody.Conditioning;
using Melody.Models;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Fuzz.Readers;

/// <summary>What a model folder holds, and latents.</summary>
internal static class ModelReaders
{
    public static Reader Safetensors(string folder)
    {
        var path = Path.Combine(folder, "a.safetensors");
        return new(
            "",
            [
                Bytes.Tensors(
                    new()
                    {
                        ["a"] = arange(12, ScalarType.Float32).view(3, 4),
                        ["b.c"] = tensor(new long[] { 1, 2, 3 }),
                        ["s"] = tensor(1f),
                        ["e"] = zeros(0, 5),
                    },
                    new() { ["format"] = "pt" }
                ),
                Bytes.Tensors(
                    new()
                    {
                        ["x"] = zeros(2, 2, ScalarType.Float16),
                        ["y"] = zeros(3, ScalarType.BFloat16),
                        ["z"] = zeros(5, ScalarType.Bool),
                    }
                ),
                [2, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8],
            ],
            ["\"dtype\":\"F64\"", "\"shape\":[]", "\"data_offsets\":[0,0]", "__metadata__", "BF16", "BOOL", "F8_E4M3", "\\ud800"],
            true,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                ReadTensors(path);
            }
        );
    }

    public static Reader Header(string folder)
    {
        var path = Path.Combine(folder, "a.safetensors");
        var file = Bytes.Tensors(
            new() { ["a"] = arange(12, ScalarType.Float32).view(3, 4), ["b"] = zeros(2, ScalarType.Float16) },
            new() { ["format"] = "pt" }
        );
        return new(
            "",
            [Bytes.Header(file)],
            ["\"F64\"", "[]", "[0,0]", "[0,52]", "[4,3]", "__metadata__", "BF16", "\\ud800"],
            true,
            bytes =>
            {
                File.WriteAllBytes(path, Bytes.WithHeader(file, bytes));
                ReadTensors(path);
            }
        );
    }

    public static Reader Adapter(string folder)
    {
        var path = Path.Combine(folder, "a.safetensors");
        const string manifest = """
            {"formatVersion": 1, "name": "chip", "model": "mini", "parts": {"denoiser": "ab"}, "scale": 1, "training": {"seed": 1}}
            """;
        var file = Bytes.Tensors(
            new() { ["denoiser.a.weight.lora_A"] = zeros(2, 3), ["denoiser.a.weight.lora_B"] = zeros(4, 2) },
            new() { [AdapterFile.MetadataKey] = manifest }
        );
        return new(
            "",
            [Bytes.Header(file)],
            ["null", "\\\"scale\\\": 1e400", "\"shape\":[0,3]", "lora_A", "lora_B", "denoiser.", "{}", "\\ud800"],
            true,
            bytes =>
            {
                File.WriteAllBytes(path, Bytes.WithHeader(file, bytes));
                using var adapter = AdapterFile.Open(path);
                DefectException.Unless(
                    adapter.Pairs.All(pair => pair.Rank > 0 && adapter.Manifest.Parts.ContainsKey(pair.Part)),
                    "a factor of nothing"
                );
                _ = (adapter.Manifest.Name.Length, adapter.Manifest.Model.Length);
            }
        );
    }

    private static void ReadTensors(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        foreach (var entry in reader.Entries.Values.Take(20))
        {
            using var value = reader.Read(entry.Name);
            DefectException.Unless(value.numel() == entry.Count, "a tensor of another size");
        }
    }

    public static Reader Config(string folder)
    {
        var model = Path.Combine(folder, "model");
        using (var made = MusicModel.CreateUntrained("test", 1))
            made.SaveAsync(model).GetAwaiter().GetResult();
        var path = Path.Combine(model, ModelFolder.ConfigName);
        return new("", [File.ReadAllBytes(path)], ["null", "\"x\": null,", "\"config\": {}", "1e300", "..", "/"], true, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            var opened = ModelFolder.Open(model);
            _ = opened.Manifest.Hash();
            _ = ModelConfig.FromFolder(opened);
            _ = Parts.ReadVocabulary(opened);
        });
    }

    public static Reader Vocabulary() =>
        new("", [Bytes.Text("piano\nguitar\ncaf\u00e9\n"), Bytes.Text("")], ["\n\n", "\r\n", " ", "\uFEFF"], true, bytes =>
        {
            var vocabulary = Conditioning.Vocabulary.Parse(new UTF8Encoding(false).GetString(bytes));
            DefectException.Unless(
                vocabulary.Words.Select(vocabulary.IdOf).SequenceEqual(Enumerable.Range(0, vocabulary.Count)),
                "ids that are none"
            );
            _ = new WordTokenizer(vocabulary, 100, 20).Tokenize("slow piano ##");
        });

    public static Reader Latents(string folder)
    {
        var path = Path.Combine(folder, "a.safetensors");
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "melody-latents",
            ["rate"] = "50",
            ["samples"] = "4800",
            ["model"] = "m",
            ["modelHash"] = "ab",
        };
        var file = Bytes.Tensors(new() { ["latents"] = zeros(10, 4) }, metadata);
        return new(
            "",
            [Bytes.Header(file)],
            ["\"rate\":\"1e300\"", "\"samples\":\"9999999999\"", "\"rate\":\"-0\"", "melody-latents", "\"shape\":[2147483648,1]"],
            true,
            bytes =>
            {
                File.WriteAllBytes(path, Bytes.WithHeader(file, bytes));
                var read = LatentFile.Read(path);
                DefectException.Unless(read.Latents.Frames > 0 && read.Samples > 0 && read.Latents.Rate > 0, "there is nothing in it");
            }
        );
    }
}
