using System.Text.Json;
using System.Text.Json.Serialization;

namespace Melody.Foundation;

/// <summary>
/// Writes the values of an enumeration by their <see cref="EnumName{T}"/>, and lists the valid names where a file holds another.
/// </summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class EnumNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Named(reader.GetString()!)
            : throw new JsonException($"{EnumName<T>.Unknown(reader.TokenType.ToString().ToLowerInvariant())}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(EnumName<T>.Of(value));

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Named(reader.GetString()!);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(EnumName<T>.Of(value));

    private static T Named(string name) => EnumName<T>.Find(name) ?? throw new JsonException(EnumName<T>.Unknown(name));
}
