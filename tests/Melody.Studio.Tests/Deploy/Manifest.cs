using YamlDotNet.RepresentationModel;

namespace Melody.Studio.Tests.Deploy;

/// <summary>A document of YAML, asked by paths such as <c>spec/template/0</c>.</summary>
internal sealed class Manifest(YamlNode node)
{
    /// <summary>The folder <c>deploy</c> of the repository.</summary>
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<Manifest> Read(params string[] path)
    {
        using var reader = File.OpenText(Path.Combine([Folder, .. path]));
        var stream = new YamlStream();
        stream.Load(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(reader)));
        return [.. stream.Documents.Select(document => new Manifest(document.RootNode))];
    }

    /// <summary>What is at a path; null for nothing.</summary>
    public Manifest? Find(params string[] path)
    {
        var at = node;
        foreach (var step in path)
            at = at switch
            {
                YamlMappingNode map when map.Children.TryGetValue(new YamlScalarNode(step), out var child) => child,
                YamlSequenceNode list when int.TryParse(step, out int index) && index < list.Children.Count => list.Children[index],
                _ => null,
            };
        return at is null ? null : new(at);
    }

    /// <summary>The text at a path; a test fails where there is none.</summary>
    public string Text(params string[] path)
    {
        var found = Find(path);
        Assert.True(found is not null, $"{string.Join('/', path)} is missing.");
        return found.ToString();
    }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<Manifest> Items => [.. ((YamlSequenceNode)node).Children.Select(child => new Manifest(child))];

    /// <summary>The entries of a mapping.</summary>
    public IReadOnlyDictionary<string, Manifest> Entries =>
        ((YamlMappingNode)node).Children.ToDictionary(child => child.Key.ToString(), child => new Manifest(child.Value));

    public override string ToString() => node.ToString();

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Melody.slnx"))
            ? Path.Combine(folder, "deploy")
            : Find(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!);
}
