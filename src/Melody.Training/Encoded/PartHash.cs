using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Melody.Weights;

namespace Melody.Training.Encoded;

/// <summary>A hash of one part of a model: what was made by one autoencoder or tokenizer is of no use to another.</summary>
internal static class PartHash
{
    /// <summary>SHA-256 over the part's configuration and the hashes of its files.</summary>
    public static string Of(PartManifest part)
    {
        var text = new StringBuilder(JsonSerializer.Serialize(part.Config)).Append('\n');
        foreach (var file in part.Assets.OrderBy(a => a.File, StringComparer.Ordinal).Prepend(part.Weights)) text.Append(file.Sha256).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The hashes of some parts of the model in a folder.</summary>
    /// <exception cref="MelodyException">The folder lacks one of them.</exception>
    public static IReadOnlyDictionary<string, string> Of(ModelFolder folder, params IEnumerable<string> parts) =>
        parts.ToDictionary(name => name, name => Of(folder.Part(name)));
}
