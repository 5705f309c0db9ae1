using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Melody.Models;
using Melody.Weights;

namespace Melody.Training.Setup;

/// <summary>Hashes of the parts of a model: what was made by one autoencoder or tokenizer is of no use to another.</summary>
internal static class PartHash
{
    /// <summary>SHA-256 over the part's configuration and the hashes of its files.</summary>
    public static string Of(PartManifest part) => part.Hash();

    /// <summary>
    /// Hashes of what decides how parts of a model encode music, by the parts' names: of the whole part, or of the
    /// weights that do (<see cref="Part.EncodingWeights"/>) so that the others may be trained on while what was encoded stays valid.
    /// </summary>
    /// <exception cref="MelodyException">The folder lacks one of the parts, or its file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> OfEncoding(ModelFolder folder, params IEnumerable<Part> parts) =>
        parts.ToDictionary(part => part.Name, part => OfEncoding(folder, part));

    /// <inheritdoc cref="OfEncoding(ModelFolder, IEnumerable{Part})"/>
    public static string OfEncoding(ModelFolder folder, Part part) =>
        part.EncodingWeights(folder) is { } decides ? OfWeights(folder, part.Name, decides) : Of(folder.Part(part.Name));

    private static string OfWeights(ModelFolder folder, string part, Func<string, bool> decides)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(folder.Part(part).Config)));
        using var weights = folder.OpenWeights(part);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            foreach (var (name, entry) in weights.Entries.Where(e => decides(e.Key)).OrderBy(e => e.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {entry.Type} {string.Join(' ', entry.Shape)}\n"));
                for (long offset = 0, bytes = entry.End - entry.Begin; offset < bytes; offset += buffer.Length)
                {
                    var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes - offset));
                    weights.CopyBytes(name, offset, piece);
                    hash.AppendData(piece);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
