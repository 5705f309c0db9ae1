using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Evaluation.Reports;

/// <summary>
/// Results that are there already, one JSON file each, written whole or not at all: an evaluation that was interrupted goes
/// on where it was. A result is found again only by everything that it depends on.
/// </summary>
internal sealed class ResultStore
{
    // rises when a measure changes, so that older results are not taken for new ones
    private const int Version = 3;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
    };

    private readonly string _folder;

    /// <param name="folder">Made when it is not there.</param>
    public ResultStore(string folder)
    {
        AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
        _folder = folder;
    }

    /// <summary>A short name for all that a result depends on.</summary>
    public static string Key(params IEnumerable<object> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts.Prepend(Version), Options))))[..16];

    /// <summary>The result of that name and key; made by <paramref name="make"/> and kept when it is not there or cannot be read.</summary>
    public T Get<T>(string name, string key, Func<T> make)
        where T : class
    {
        var path = Path.Combine(_folder, $"{name}-{key}.json");
        if (File.Exists(path))
        {
            try
            {
                if (JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options) is { } found)
                    return found;
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException) { } // made again
        }
        var result = make();
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, result, Options));
        return result;
    }
}
