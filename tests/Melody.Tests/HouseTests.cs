using System.Text.RegularExpressions;

namespace Melody.Tests;

/// <summary>
/// Rules of docs/architecture.md that the text of the sources shows; those about rooms stand in
/// <see cref="Architecture.ArchitectureTests"/>.
/// </summary>
public sealed partial class HouseTests
{
    internal static string Repository { get; } = Root(AppContext.BaseDirectory);

    /// <summary>The folder of all projects.</summary>
    internal static string Sources { get; } = Path.Combine(Repository, "src");

    /// <summary>The text of docs/architecture.md.</summary>
    internal static string Map { get; } = File.ReadAllText(Path.Combine(Repository, "docs", "architecture.md"));

    [Fact]
    public void FilesAreShortAndFinished()
    {
        foreach (var file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllLines(file);
            Assert.True(lines.Length <= 400, $"{file} has {lines.Length} lines; split it.");
            Assert.DoesNotContain(lines, line => Unfinished().IsMatch(line));
        }
    }

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b")]
    private static partial Regex Unfinished();

    // the build output lies inside the repository
    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Melody.slnx"))
            ? folder
            : Root(
                Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))
                    ?? throw new InvalidOperationException("The tests run outside of the repository.")
            );
}
