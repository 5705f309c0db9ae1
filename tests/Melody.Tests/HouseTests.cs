using System.Text.RegularExpressions;

namespace Melody.Tests;

/// <summary>The rules of docs/architecture.md that a machine can check.</summary>
public sealed partial class HouseTests
{
    /// <summary>Floors of the library, the lowest first; a room uses rooms of lower floors, and its own.</summary>
    private static readonly string[][] Floors =
    [
        ["IO"],
        ["Audio", "Nn", "Weights"],
        ["Presets"],
        ["PhaseRetrieval"],
        ["Autoencoder", "Conditioning", "Semantic", "Diffusion"],
        ["Prompting"],
        [""], // MusicModel and what belongs to it
        ["Generation"],
    ];

    private static string Sources { get; } = Path.Combine(Root(AppContext.BaseDirectory), "src");

    [Fact]
    public void ArrowsRunDownOnly()
    {
        var room = Path.Combine(Sources, "Melody");
        int seen = 0;
        foreach (var file in Directory.EnumerateFiles(room, "*.cs", SearchOption.AllDirectories))
        {
            var own = Path.GetRelativePath(room, Path.GetDirectoryName(file)!) is { } folder && folder != "." ? folder : "";
            foreach (Match use in Use().Matches(File.ReadAllText(file)))
            {
                var other = use.Groups[1].Value;
                Assert.True(other == own || Floor(other) < Floor(own), $"{file} uses the room {other}, which is not below it.");
                seen++;
            }
        }
        Assert.True(seen > 50);
    }

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

    private static int Floor(string room)
    {
        int floor = Array.FindIndex(Floors, rooms => rooms.Contains(room));
        Assert.True(floor >= 0, $"The room '{room}' stands on no floor.");
        return floor;
    }

    [GeneratedRegex(
        @"(?<![\w.])Melody\.(IO|Audio|Nn|Weights|Presets|PhaseRetrieval|Autoencoder|Conditioning|Semantic|Diffusion|Prompting|Generation)\b"
    )]
    private static partial Regex Use();

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
