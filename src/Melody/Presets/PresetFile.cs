using System.Reflection;
using Melody.Weights;

namespace Melody.Presets;

/// <summary>
/// The embedded presets: one JSON file a part under <c>Presets/&lt;preset&gt;/</c>. In place of a preset's name, the path of a folder
/// on the disk may be given, with the same files in it and those of training in its subfolder <c>training</c>.
/// </summary>
internal static class PresetFile
{
    private const string Folder = "Presets/";

    /// <summary>The presets there are: mini, paper, test.</summary>
    public static IReadOnlyList<string> Names { get; } = NamesIn(typeof(PresetFile).Assembly, Folder);

    /// <summary>The configuration of a part.</summary>
    /// <exception cref="MelodyException">The preset does not exist.</exception>
    public static T Read<T>(string preset, string part) => Read<T>(typeof(PresetFile).Assembly, Folder, preset, part);

    /// <summary>What a preset says of one thing, from the JSON files that a library embeds as <c>folder/preset/name.json</c>.</summary>
    /// <param name="assembly">The library.</param>
    /// <param name="folder">Where its presets lie, with a slash at the end.</param>
    /// <param name="preset">Name of the preset.</param>
    /// <param name="name">Name of the file.</param>
    /// <exception cref="MelodyException">The preset does not exist.</exception>
    public static T Read<T>(Assembly assembly, string folder, string preset, string name)
    {
        var names = NamesIn(assembly, folder);
        if (!names.Contains(preset) && preset.Contains(Path.DirectorySeparatorChar) && Directory.Exists(preset))
            return ReadFrom<T>(folder == Folder ? preset : Path.Combine(preset, "training"), name);
        if (!names.Contains(preset))
            throw new MelodyException($"Unknown preset '{preset}'; valid presets are {string.Join(", ", names)}.");
        using var stream = assembly.GetManifestResourceStream($"{folder}{preset}/{name}.json")
            ?? throw new MelodyException($"The preset '{preset}' has no part '{name}'.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        string what = $"The {name} of the preset '{preset}'";
        return ConfigJson.Read<T>(ConfigJson.Parse(memory.ToArray(), what), what);
    }

    /// <summary>Whether a preset has a part; false where there is no such preset.</summary>
    public static bool Has(string preset, string part) =>
        Names.Contains(preset)
            ? typeof(PresetFile).Assembly.GetManifestResourceInfo($"{Folder}{preset}/{part}.json") is not null
            : preset.Contains(Path.DirectorySeparatorChar) && File.Exists(Path.Combine(preset, part + ".json"));

    private static T ReadFrom<T>(string folder, string name)
    {
        string path = Path.Combine(folder, name + ".json");
        if (!File.Exists(path))
            throw new MelodyException($"The preset in '{folder}' has no '{name}.json'.");
        return ConfigJson.Read<T>(ConfigJson.Parse(File.ReadAllBytes(path), $"'{path}'"), $"'{path}'");
    }

    private static List<string> NamesIn(Assembly assembly, string folder) =>
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
                .Select(name => name.Split('/')[1])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
}
