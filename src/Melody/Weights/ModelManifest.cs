using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Melody.Weights;

/// <summary>What <c>config.json</c> of a model folder says.</summary>
internal sealed record ModelManifest
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Of the folder's layout.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What the model is called.</summary>
    public required string Name { get; init; }

    /// <summary>The preset whose sizes it has.</summary>
    public required string Preset { get; init; }

    /// <summary>Whether every part in the folder has been trained.</summary>
    public required bool Trained { get; init; }

    /// <summary>The networks, by part name.</summary>
    public required IReadOnlyDictionary<string, PartManifest> Parts { get; init; }

    /// <summary>SHA-256 over the names, configurations and file hashes of all parts: equal for equal models only.</summary>
    public string Hash()
    {
        var text = new StringBuilder();
        foreach (var (name, part) in Parts.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('\n').Append(JsonSerializer.Serialize(part.Config)).Append('\n');
            foreach (var file in part.Assets.OrderBy(a => a.File, StringComparer.Ordinal).Prepend(part.Weights))
                text.Append(file.File).Append(' ').Append(file.Sha256).Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>One network in a model folder.</summary>
internal sealed record PartManifest
{
    /// <summary>Its sizes: the part's own configuration record.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>Its parameters, a safetensors file.</summary>
    public required FileManifest Weights { get; init; }

    /// <summary>Whether the parameters have been trained; false means random numbers.</summary>
    public required bool Trained { get; init; }

    /// <summary>How it was trained: an object that the trainer fills.</summary>
    public JsonElement? Training { get; init; }

    /// <summary>Further files that it needs, such as a vocabulary.</summary>
    public IReadOnlyList<FileManifest> Assets { get; init; } = [];

    /// <summary>SHA-256 over the configuration and the hashes of the files: equal for equal parts only.</summary>
    public string Hash()
    {
        var text = new StringBuilder(JsonSerializer.Serialize(Config)).Append('\n');
        foreach (var file in Assets.OrderBy(a => a.File, StringComparer.Ordinal).Prepend(Weights))
            text.Append(file.Sha256).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>A file of a model folder.</summary>
/// <param name="File">Its name in the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash, 64 hexadecimal digits.</param>
internal sealed record FileManifest(string File, long Bytes, string Sha256);
