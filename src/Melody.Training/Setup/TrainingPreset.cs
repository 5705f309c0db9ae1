using System.Text.Json;
using System.Text.Json.Nodes;
using Melody.Presets;
using Melody.Weights;

namespace Melody.Training.Setup;

/// <summary>How each preset's networks are trained: JSON embedded in this library, one file a stage.</summary>
internal static class TrainingPreset
{
    /// <summary>Reads the options of a stage.</summary>
    /// <param name="preset">paper, mini or test.</param>
    /// <param name="stage">The stage.</param>
    /// <exception cref="MelodyException">The preset does not exist.</exception>
    public static T Read<T>(string preset, Stage stage) =>
        PresetFile.Read<T>(typeof(TrainingPreset).Assembly, "TrainingPresets/", preset, stage.Name);

    /// <summary>The options of a request: its preset's, with the changes that it names.</summary>
    /// <exception cref="MelodyException">The preset does not exist, or a change is no "name=value" that the stage knows.</exception>
    public static T Read<T>(TrainingRequest request)
    {
        var options = Read<T>(request.Preset, request.Stage);
        if (request.Changes.Count == 0)
            return options;
        var json = JsonObject.Create(ConfigJson.Write(options!))!;
        string what = $"The options of {request.Stage} with {string.Join(", ", request.Changes)}";
        try
        {
            foreach (string change in request.Changes)
                Set(json, change, request.Stage);
            return ConfigJson.Read<T>(JsonSerializer.SerializeToElement(json), what);
        }
        // what was parsed is looked at only now: texts with half of a surrogate pair, names that come twice
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new MelodyException($"{what} cannot be used: a name comes twice, or a text is not Unicode.", e);
        }
    }

    // "batch=64", "objective.maskShare=0.3" or "noteShares=[1, 2]": the value is JSON
    private static void Set(JsonObject json, string change, Stage stage)
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw new MelodyException($"'{change}' is not of the form name=value; give --set name=value, for example --set batch=64.");
        var path = change[..equals].Split('.');
        JsonNode? at = json;
        foreach (string name in path.SkipLast(1))
            at = (at as JsonObject)?[name];
        if (at is not JsonObject parent || !parent.ContainsKey(path[^1]))
            throw new MelodyException(
                $"Unknown option '{change[..equals]}' of {stage}; " + $"valid options are {string.Join(", ", Names(json))}."
            );
        try
        {
            parent[path[^1]] = JsonNode.Parse(change[(equals + 1)..]);
        }
        catch (JsonException)
        {
            throw new MelodyException($"'{change[(equals + 1)..]}' is not a value; give a number, true, false or a list such as [1, 2].");
        }
    }

    private static IEnumerable<string> Names(JsonObject json) =>
        json.SelectMany(option => option.Value is JsonObject group ? Names(group).Select(name => $"{option.Key}.{name}") : [option.Key]);
}
