using Melody.Weights;

namespace Melody.Presets;

/// <summary>The embedded presets: one JSON file a part under <c>Presets/&lt;preset&gt;/</c>.</summary>
internal static class PresetFile
{
    private const string Folder = "Presets/";

    /// <summary>The presets there are: mini, paper, test.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. typeof(PresetFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name.Split('/')[1]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The configuration of a part.</summary>
    /// <exception cref="MelodyException">There is no such preset.</exception>
    public static T Read<T>(string preset, string part)
    {
        if (!Names.Contains(preset)) throw new MelodyException($"There is no preset '{preset}'; choose {string.Join(", ", Names)}.");
        using var stream = typeof(PresetFile).Assembly.GetManifestResourceStream($"{Folder}{preset}/{part}.json")
            ?? throw new MelodyException($"The preset '{preset}' has no part '{part}'.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        string what = $"The {part} of the preset '{preset}'";
        return ConfigJson.Read<T>(ConfigJson.Parse(memory.ToArray(), what), what);
    }
}
