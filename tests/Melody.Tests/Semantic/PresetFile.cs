using System.Text.Json;

namespace Melody.Tests.Semantic;

/// <summary>The embedded presets, as this room's tests read them.</summary>
internal static class PresetFile
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static T Read<T>(string preset, string part)
    {
        using var stream = typeof(MelodyException).Assembly.GetManifestResourceStream($"Presets/{preset}/{part}.json");
        Assert.NotNull(stream);
        return JsonSerializer.Deserialize<T>(stream, CamelCase)!;
    }
}
