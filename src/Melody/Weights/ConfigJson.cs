using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Melody.Weights;

/// <summary>How configurations stand in JSON: camelCase, nothing unknown, nothing twice, nothing missing.</summary>
internal static class ConfigJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Text -> JSON.</summary>
    /// <exception cref="MelodyException">The text is not JSON; <paramref name="what"/> begins the sentence.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            RequireUnicode(utf8.Span);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Refuse(what, e);
        }
    }

    /// <summary>JSON -> configuration.</summary>
    /// <exception cref="MelodyException">
    /// Something is missing, unknown, of the wrong kind or out of its range; <paramref name="what"/> begins the sentence.
    /// </exception>
    public static T Read<T>(JsonElement json, string what)
    {
        try
        {
            var value = json.Deserialize<T>(Options) ?? throw new MelodyException($"{what} is null; give an object.");
            SizeCheck.Require(value, what);
            return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Refuse(what, e);
        }
    }

    /// <summary>Configuration -> JSON.</summary>
    public static JsonElement Write(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), Options);

    /// <summary>Configuration -> indented text in UTF-8, with a newline at its end.</summary>
    public static byte[] WriteText(object value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options), (byte)'\n'];

    // halves of surrogate pairs, which an escape can write, would fail wherever the text is used
    private static void RequireUnicode(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                _ = reader.GetString();
    }

    private static MelodyException Refuse(string what, Exception e) =>
        new($"{what} cannot be used: {e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.", e);
}
