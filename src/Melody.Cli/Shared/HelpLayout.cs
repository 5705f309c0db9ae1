namespace Melody.Cli.Shared;

/// <summary>The text of a help page, with its options in two groups and examples at the end.</summary>
internal static class HelpLayout
{
    private const string Options = "Options:",
        Advanced = "Advanced options:",
        Examples = "Examples:";

    /// <summary>Arranges a page.</summary>
    /// <param name="page">
    /// As System.CommandLine writes it: titles at the margin, entries behind two spaces, what they go on with further in.
    /// </param>
    /// <param name="everyday">Names of the options that come first, in this order.</param>
    /// <param name="examples">Lines to try, without the name of the tool.</param>
    public static string Arrange(string page, IReadOnlyList<string> everyday, IReadOnlyList<string> examples)
    {
        var sections = new List<string>();
        foreach (var section in page.ReplaceLineEndings("\n").Split("\n\n").Select(text => text.Trim('\n')).Where(text => text.Length > 0))
        {
            if (!section.StartsWith($"{Options}\n", StringComparison.Ordinal))
            {
                sections.Add(section);
                continue;
            }
            var entries = Entries(section);
            var first = everyday.Select(name => entries.FirstOrDefault(entry => Names(entry).Contains(name))).OfType<string>().ToList();
            List<string> rest = [.. entries.Except(first)];
            if (first.Count > 0)
                sections.Add(Join(Options, first));
            if (rest.Count > 0)
                sections.Add(Join(first.Count > 0 ? Advanced : Options, rest));
        }
        if (examples.Count > 0)
            sections.Add(Join(Examples, examples.Select(example => $"  melody {example}")));
        return $"{string.Join("\n\n", sections)}\n".ReplaceLineEndings();
    }

    private static List<string> Entries(string section)
    {
        var entries = new List<string>();
        foreach (var line in section.Split('\n')[1..])
            if (line.StartsWith("  -", StringComparison.Ordinal))
                entries.Add(line);
            else
                entries[^1] += $"\n{line}";
        return entries;
    }

    // "  -o, --output <file>  The file": the words before the value or the gap
    private static IEnumerable<string> Names(string entry) =>
        entry[2..].Split("  ")[0].Split(' ').Select(word => word.TrimEnd(',')).TakeWhile(word => word.StartsWith('-'));

    private static string Join(string title, IEnumerable<string> entries) => string.Join('\n', entries.Prepend(title));
}
