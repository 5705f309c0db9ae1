using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Melody.Corpus.Records;

/// <summary>How records are written: camelCase, one object a line, nothing written for null.</summary>
internal static class CorpusJson
{
    /// <summary>Options for every record of the corpus.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>One line of JSONL, without the line break.</summary>
    public static string Line<T>(T record) => JsonSerializer.Serialize(record, Options);

    /// <summary>Reads one line of JSONL.</summary>
    public static T Parse<T>(string line) =>
        JsonSerializer.Deserialize<T>(line, Options) ?? throw new MelodyException("a record of the corpus is empty; make the shard again");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            RespectNullableAnnotations = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
