using System.Security.Cryptography;
using System.Text;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Adapters;

/// <summary>
/// Low-rank changes of a model's weights (LoRA: Hu et al., 2021, arXiv 2106.09685) in a safetensors file: for each changed weight W
/// [outputs, inputs] the factors <c>PART.WEIGHT.lora_A</c> [rank, inputs] and <c>PART.WEIGHT.lora_B</c> [outputs, rank], so that W
/// becomes W + strength x scale x B A, and an <see cref="AdapterManifest"/> in the metadata.
/// </summary>
internal sealed class AdapterFile : IDisposable
{
    /// <summary>The key of the manifest in the file's metadata.</summary>
    public const string MetadataKey = "melody-adapter";

    private readonly SafetensorsReader _reader;

    private AdapterFile(SafetensorsReader reader, AdapterManifest manifest, IReadOnlyList<LowRankPair> pairs, string sha256) =>
        (_reader, Manifest, Pairs, Sha256) = (reader, manifest, pairs, sha256);

    /// <summary>Where it lies.</summary>
    public string Path => _reader.Path;

    /// <summary>What it says about itself.</summary>
    public AdapterManifest Manifest { get; }

    /// <summary>The changed weights, by name.</summary>
    public IReadOnlyList<LowRankPair> Pairs { get; }

    /// <summary>Of the file, hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Opens an adapter and checks that it is whole.</summary>
    /// <exception cref="MelodyException">The file is missing, damaged, or no adapter.</exception>
    public static AdapterFile Open(string path)
    {
        if (Directory.Exists(path))
            throw new MelodyException($"'{path}' is a folder; give the file of an adapter, which 'melody finetune' writes.");
        var reader = SafetensorsReader.Open(path);
        try
        {
            var manifest = ReadManifest(reader);
            return new(reader, manifest, ReadPairs(reader, manifest), HashOf(path));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Whether a safetensors file is an adapter.</summary>
    /// <exception cref="MelodyException">The file is missing or no safetensors file.</exception>
    public static bool Is(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        return reader.Metadata.ContainsKey(MetadataKey);
    }

    /// <summary>Compares the parts that the adapter was trained on with those of a model.</summary>
    /// <exception cref="MelodyException">It was trained on other weights.</exception>
    public void RequireBase(ModelManifest model)
    {
        foreach (var (name, hash) in Manifest.Parts.OrderBy(part => part.Key, StringComparer.Ordinal))
            if (!model.Parts.TryGetValue(name, out var part) || part.Hash() != hash)
                throw new MelodyException(
                    $"The adapter '{Manifest.Name}' in '{Path}' was trained on the {name} of '{Manifest.Model}', and the model "
                        + $"'{model.Name}' {(part is null ? "lacks that part" : "has another one")}; use the model that it was trained on, "
                        + $"or train it again with 'melody finetune'."
                );
    }

    /// <summary>A factor in single precision, on the CPU.</summary>
    public Tensor Read(string name)
    {
        using var stored = _reader.Read(name);
        return stored.to_type(ScalarType.Float32, copy: true);
    }

    /// <summary>Writes an adapter, whole or not at all.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="manifest">What it says about itself.</param>
    /// <param name="factors">By the names of <see cref="LowRankPair"/>; stored with eleven bits a value (float16).</param>
    /// <exception cref="MelodyException">The file cannot be written.</exception>
    public static void Write(string path, AdapterManifest manifest, IReadOnlyDictionary<string, Tensor> factors) =>
        SafetensorsWriter.Write(
            path,
            factors,
            new Dictionary<string, string> { [MetadataKey] = ConfigJson.Write(manifest).GetRawText() },
            (_, _) => ScalarType.Float16
        );

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static AdapterManifest ReadManifest(SafetensorsReader reader)
    {
        if (!reader.Metadata.TryGetValue(MetadataKey, out var text))
            throw new MelodyException($"'{reader.Path}' is not an adapter of Melody; give a file that 'melody finetune' wrote.");
        string what = $"The description in the adapter '{reader.Path}'";
        var json = ConfigJson.Parse(Encoding.UTF8.GetBytes(text), what);
        if (
            json.ValueKind == System.Text.Json.JsonValueKind.Object
            && json.TryGetProperty("formatVersion", out var number)
            && number.ValueKind == System.Text.Json.JsonValueKind.Number
            && number.TryGetInt64(out long version)
            && version > AdapterManifest.CurrentVersion
        )
            throw new MelodyException(
                $"The adapter '{reader.Path}' has format version {version}, newer than {AdapterManifest.CurrentVersion}, the newest that "
                    + $"this program reads; update Melody."
            );
        return ConfigJson.Read<AdapterManifest>(json, what);
    }

    private static List<LowRankPair> ReadPairs(SafetensorsReader reader, AdapterManifest manifest)
    {
        var pairs = new List<LowRankPair>();
        foreach (var (name, first) in reader.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (name.EndsWith(LowRankPair.SecondEnding, StringComparison.Ordinal))
                continue; // seen with its first factor, or counted below
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            if (!name.EndsWith(LowRankPair.FirstEnding, StringComparison.Ordinal) || dot < 1)
                throw Refuse(reader, $"unknown tensor '{Shorten(name)}'; tensors are named PART.WEIGHT.lora_A and PART.WEIGHT.lora_B");
            var part = name[..dot];
            if (!manifest.Parts.ContainsKey(part))
                throw Refuse(reader, $"'{Shorten(name)}' changes the part '{Shorten(part)}', which its description does not name");
            if (dot + 1 > name.Length - LowRankPair.FirstEnding.Length)
                throw Refuse(reader, $"unknown tensor '{Shorten(name)}'; tensors are named PART.WEIGHT.lora_A and PART.WEIGHT.lora_B");
            var weight = name[(dot + 1)..^LowRankPair.FirstEnding.Length];
            if (!reader.Entries.TryGetValue(LowRankPair.Name(part, weight, LowRankPair.SecondEnding), out var second))
                throw Refuse(reader, $"'{Shorten(name)}' has no second factor");
            if (
                first.Shape is not [var rank, var inputs]
                || second.Shape is not [var outputs, var same]
                || rank != same
                || rank < 1
                || inputs < 1
                || outputs < 1
            )
                throw Refuse(
                    reader,
                    $"the factors of '{Shorten(weight)}' are [{string.Join(", ", first.Shape)}] and "
                        + $"[{string.Join(", ", second.Shape)}] and should be [rank, inputs] and [outputs, rank]"
                );
            if (!IsFloat(first.Type) || !IsFloat(second.Type))
                throw Refuse(reader, $"the factors of '{Shorten(weight)}' are not floating-point numbers");
            pairs.Add(new(part, weight, outputs, rank, inputs));
        }
        if (pairs.Count == 0)
            throw Refuse(reader, "it changes no weight");
        if (reader.Entries.Count != 2 * pairs.Count)
            throw Refuse(reader, "a second factor has no first one");
        return pairs;
    }

    private static bool IsFloat(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32;

    private static MelodyException Refuse(SafetensorsReader reader, string reason) =>
        new($"'{reader.Path}' is not a usable adapter: {reason}; get the file again.");

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "...";

    private static string HashOf(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
