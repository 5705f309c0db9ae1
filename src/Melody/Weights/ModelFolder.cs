using System.Security.Cryptography;
using System.Text.Json;
using Melody.Foundation;
using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>
/// A model on disk: <see cref="ConfigName"/> and one safetensors file a part, with the files that a part needs besides.
/// Each file is compared with its hash before it is used. A folder may hold some of the parts only, while a model is
/// being trained; whoever needs a part asks for it.
/// </summary>
internal sealed class ModelFolder
{
    /// <summary>The file that makes a folder a model folder.</summary>
    public const string ConfigName = FolderContent.ModelConfigName;

    private const long LongestConfig = 16 << 20;

    private ModelFolder(string path, ModelManifest manifest) => (Path, Manifest) = (path, manifest);

    /// <summary>Of the folder.</summary>
    public string Path { get; }

    /// <summary>What its configuration says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Reads the configuration of a model folder.</summary>
    /// <exception cref="MelodyException">The folder or its configuration is missing or unusable.</exception>
    public static ModelFolder Open(string path)
    {
        if (!Directory.Exists(path))
            throw new MelodyException(
                File.Exists(path)
                    ? $"'{path}' is a file; give the folder of a model."
                    : $"The model folder '{path}' does not exist; name the folder of a trained model, or train one with 'melody train'."
            );
        var file = System.IO.Path.Combine(path, ConfigName);
        if (!File.Exists(file))
            throw new MelodyException($"'{path}' is not a model folder: it holds no {ConfigName}.");
        var manifest = ReadManifest(file, ReadFile(file, LongestConfig));
        foreach (var (name, part) in manifest.Parts)
        foreach (var listed in part.Assets.Prepend(part.Weights))
            CheckFile(path, name, listed);
        return new(path, manifest);
    }

    /// <summary>Fails, naming the parts, unless all weights in the folder are trained.</summary>
    /// <exception cref="MelodyException">A part has untrained weights.</exception>
    public void RequireTrained()
    {
        var untrained = Manifest.Parts.Where(p => !p.Value.Trained).Select(p => p.Key).Order(StringComparer.Ordinal).ToList();
        if (untrained.Count > 0 || !Manifest.Trained)
            throw new MelodyException(
                $"The model '{Manifest.Name}' in '{Path}' is untrained "
                    + $"({(untrained.Count > 0 ? string.Join(", ", untrained) : "by its own account")}) and can only make noise; "
                    + "use a trained model, or allow untrained weights (--untrained) to make noise on purpose."
            );
    }

    /// <summary>A part's entry in the configuration.</summary>
    /// <exception cref="MelodyException">The folder lacks the part.</exception>
    public PartManifest Part(string name) =>
        Manifest.Parts.TryGetValue(name, out var part)
            ? part
            : throw new MelodyException(
                $"The model '{Manifest.Name}' in '{Path}' lacks its {name}; get the whole folder, or train that part."
            );

    /// <summary>A part's configuration.</summary>
    /// <exception cref="MelodyException">The folder lacks the part, or its configuration is unusable.</exception>
    public T Config<T>(string part) => ConfigJson.Read<T>(Part(part).Config, $"The configuration of the {part} in '{Path}'");

    /// <summary>Opens a part's weights after comparing them with their hash.</summary>
    /// <exception cref="MelodyException">The file is missing, truncated, changed or unusable.</exception>
    public SafetensorsReader OpenWeights(string part)
    {
        var weights = Part(part).Weights;
        var file = System.IO.Path.Combine(Path, weights.File);
        try
        {
            using var stream = File.OpenRead(file);
            CheckHash(file, weights, SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
        return SafetensorsReader.Open(file);
    }

    /// <summary>
    /// Compares a network without storage with a part's weights, of which only the header is read: before anything is built.
    /// </summary>
    /// <exception cref="MelodyException">The weights are missing, damaged, or those of another network.</exception>
    public void RequireFit(string part, nn.Module module)
    {
        using var weights = SafetensorsReader.Open(System.IO.Path.Combine(Path, Part(part).Weights.File));
        StateDictionary.RequireFit(module, weights);
    }

    /// <summary>Fills a network from a part's weights.</summary>
    /// <exception cref="MelodyException">The weights are missing, changed or do not fit.</exception>
    public void Load(string part, nn.Module module)
    {
        using var weights = OpenWeights(part);
        StateDictionary.Load(module, weights);
    }

    /// <summary>Another file of a part, compared with its hash.</summary>
    /// <exception cref="MelodyException">The part has no such file, or it is missing or changed.</exception>
    public byte[] ReadAsset(string part, string name)
    {
        var asset = Part(part).Assets.FirstOrDefault(a => a.File == name)
            ?? throw new MelodyException(
                $"The {part} of the model '{Manifest.Name}' in '{Path}' lacks its file '{name}'; get the whole folder again."
            );
        var file = System.IO.Path.Combine(Path, name);
        var bytes = ReadFile(file, int.MaxValue);
        CheckHash(file, asset, SHA256.HashData(bytes));
        return bytes;
    }

    private static ModelManifest ReadManifest(string file, byte[] bytes)
    {
        var json = ConfigJson.Parse(bytes, $"'{file}'");
        if (
            json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("formatVersion", out var number)
            || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt32(out int version)
            || version < 1
        )
            throw new MelodyException($"'{file}' is not the configuration of a Melody model: it has no formatVersion.");
        if (version > ModelManifest.CurrentVersion)
            throw new MelodyException(
                $"The model in '{System.IO.Path.GetDirectoryName(file)}' has format version {version}, newer than "
                    + $"{ModelManifest.CurrentVersion}, the newest that this program reads; update Melody."
            );
        return ConfigJson.Read<ModelManifest>(json, $"'{file}'");
    }

    private static void CheckFile(string folder, string part, FileManifest listed)
    {
        if (listed.File.Length == 0 || listed.File.IndexOfAny(['/', '\\', ':', '\0']) >= 0 || listed.File is "." or ".." or ConfigName)
            throw new MelodyException(
                $"The configuration of the model in '{folder}' names the file '{listed.File}', which is not a plain file name; "
                    + $"get the model from a source that you trust."
            );
        var file = System.IO.Path.Combine(folder, listed.File);
        if (!File.Exists(file))
            throw new MelodyException(
                $"The model in '{folder}' lacks '{listed.File}', which its {part} needs; get the whole folder again."
            );
        long length;
        try
        {
            length = FileLength.Of(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
        if (length != listed.Bytes)
            throw new MelodyException(
                $"'{System.IO.Path.GetFullPath(file)}' has {length} bytes and should have {listed.Bytes}; it is truncated or "
                    + $"another file, get it again."
            );
    }

    private static void CheckHash(string file, FileManifest listed, byte[] hash)
    {
        var actual = Convert.ToHexStringLower(hash);
        if (!string.Equals(actual, listed.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new MelodyException(
                $"'{file}' is damaged or changed: its SHA-256 is {actual[..12]}… and not "
                    + $"{listed.Sha256[..Math.Min(12, listed.Sha256.Length)]}… as the model's {ConfigName} says; get it again."
            );
    }

    private static byte[] ReadFile(string file, long longest)
    {
        try
        {
            if (FileLength.Of(file) > longest)
                throw new MelodyException($"'{file}' is too long to be what its name says; get it again.");
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    private static MelodyException Unreadable(string file, Exception e) => new($"'{file}' cannot be read: {e.Message}", e);
}
