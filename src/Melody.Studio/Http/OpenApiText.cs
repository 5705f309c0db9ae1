using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Melody.Studio.Orders;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Melody.Studio.Http;

/// <summary>What the OpenAPI document says beyond the endpoints' types: title, keys, ranges of settings, and examples of bodies.</summary>
internal static class OpenApiText
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["Generate"] = """{ "prompt": "slow sad piano in A minor, 70 bpm", "seconds": 10, "seed": 7 }""",
        ["Continue"] = """{ "seconds": 8, "prompt": "drums come in" }""",
        ["Prepend"] = """{ "seconds": 8, "prompt": "calm intro" }""",
        ["Inpaint"] = """{ "from": 4, "to": 7.5, "prompt": "a guitar solo" }""",
        ["Loop"] = """{ "bpm": 70 }""",
        ["Like"] = """{ "seconds": 10, "count": 2 }""",
        ["ChangeStream"] = """{ "prompt": "drums come in, 120 bpm" }""",
        ["EditSong"] = """{ "title": "Rain", "favourite": true, "tags": ["calm", "evening"] }""",
    };

    /// <summary>Sets the document up.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "Melody",
                    Version = "v1",
                    Description =
                        "Music from words and from other music. Errors are problem details (RFC 9457); their 'detail' is one sentence. "
                        + "Where the server asks for a key, send it as 'Authorization: Bearer KEY'.",
                };
                document.Servers = [];
                return Task.CompletedTask;
            }
        );
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                if (
                    context.JsonPropertyInfo?.AttributeProvider is MemberInfo { DeclaringType: { } owner, Name: var name }
                    && owner.IsAssignableTo(typeof(MusicSettings))
                    && SettingRange.Of(name) is var (least, most)
                )
                    (schema.Minimum, schema.Maximum) = (Text(least), Text(most));
                return Task.CompletedTask;

                static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
            }
        );
        options.AddOperationTransformer(
            (operation, _, _) =>
            {
                if (
                    operation.OperationId is { } id
                    && Examples.TryGetValue(id, out var example)
                    && operation.RequestBody?.Content is { } bodies
                    && bodies.TryGetValue("application/json", out var body)
                )
                    body.Example = JsonNode.Parse(example);
                return Task.CompletedTask;
            }
        );
    }
}
