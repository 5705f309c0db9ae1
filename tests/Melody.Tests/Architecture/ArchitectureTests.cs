using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Melody.Cli;
using Melody.Corpus.Storage;
using Melody.Evaluation;
using Melody.Extensions.DependencyInjection;
using Melody.Foundation;
using Melody.Listening;
using Melody.Studio;
using Melody.Training.Recipes;

namespace Melody.Tests.Architecture;

/// <summary>The map of docs/architecture.md holds: its rooms are those that the assemblies have, and every arrow runs downwards.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(MelodyException).Assembly,
        typeof(AtomicFile).Assembly,
        typeof(MelodyServices).Assembly,
        typeof(RecordingListener).Assembly,
        typeof(CorpusReader).Assembly,
        typeof(TrainingRecipes).Assembly,
        typeof(EvaluationRun).Assembly,
        typeof(StudioServer).Assembly,
        typeof(MelodyTool).Assembly,
    ];

    private static readonly RoomGraph Graph = new(Assemblies.Select(assembly => assembly.Location));

    [Fact]
    public void No_room_is_part_of_a_circle() =>
        Assert.All(Graph.Rooms, room => Assert.True(Graph.CircleThrough(room) is null, string.Join("; ", Graph.CircleThrough(room) ?? [])));

    [Fact]
    public void Arrows_run_down_the_map_only()
    {
        var floors = Floors();
        Assert.Equal(floors.Keys.Order(StringComparer.Ordinal), Graph.Rooms.Order(StringComparer.Ordinal));
        foreach (var room in Graph.Rooms)
        foreach (var (used, example) in Graph.From(room))
            Assert.True(
                floors[used] < floors[room],
                $"{room} (floor {floors[room]}) uses {used} (floor {floors[used]}), which does not lie below it: {example}."
            );
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        int seen = 0;
        foreach (var file in Directory.EnumerateFiles(HouseTests.Sources, "*.cs", SearchOption.AllDirectories))
        {
            if (Namespace().Match(File.ReadAllText(file)) is not { Success: true } match)
                continue; // Program.cs
            var folder = Path.GetRelativePath(HouseTests.Sources, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            if (folder is "Melody.Abstractions" or "Melody.Api")
                folder = "Melody"; // what a user of the library sees
            Assert.True(folder == match.Groups[1].Value, $"{file} has the namespace {match.Groups[1].Value}.");
            seen++;
        }
        Assert.True(seen > 300);
    }

    /// <summary>Only tests and benchmarks see internals, and the friends that the map names with a reason.</summary>
    [Fact]
    public void Friends_are_those_of_the_map()
    {
        var named = Friend().Matches(HouseTests.Map).Select(match => $"{match.Groups[1].Value} -> {match.Groups[2].Value}").ToHashSet();
        var real = Assemblies
            .SelectMany(assembly =>
                assembly
                    .GetCustomAttributes<InternalsVisibleToAttribute>()
                    .Where(friend =>
                        friend.AssemblyName is not ("Melody.Tests" or "Melody.Studio.Tests" or "Melody.Fuzz" or "Melody.Benchmarks")
                    )
                    .Select(friend => $"{assembly.GetName().Name} -> {friend.AssemblyName}")
            )
            .ToHashSet();
        Assert.Equal(named.Order(StringComparer.Ordinal), real.Order(StringComparer.Ordinal));
    }

    /// <summary>The drawing sees what it should: a circle that is really there is found, with the types that close it.</summary>
    [Fact]
    public void A_circle_is_found_where_there_is_one()
    {
        var graph = new RoomGraph(typeof(ArchitectureTests).Assembly.Location);
        var circle = graph.CircleThrough("Melody.Tests.Architecture.Left");
        Assert.NotNull(circle);
        Assert.Equal(
            [
                "Melody.Tests.Architecture.Left -> Melody.Tests.Architecture.Right (LeftRoom uses RightRoom)",
                "Melody.Tests.Architecture.Right -> Melody.Tests.Architecture.Left (RightRoom uses LeftRoom)",
            ],
            circle
        );
    }

    // the lines "floor  3  Melody.Audio Melody.Runtime ..." of the map
    private static Dictionary<string, int> Floors() =>
        Floor()
            .Matches(HouseTests.Map)
            .SelectMany(line =>
                line.Groups[2]
                    .Value.Split([' ', '\r'], StringSplitOptions.RemoveEmptyEntries)
                    .Select(room => (Room: room, Floor: int.Parse(line.Groups[1].ValueSpan)))
            )
            .ToDictionary(entry => entry.Room, entry => entry.Floor, StringComparer.Ordinal);

    [GeneratedRegex(@"^floor +(\d+) +(.+)$", RegexOptions.Multiline)]
    private static partial Regex Floor();

    [GeneratedRegex(@"^\| `([\w.]+)` -> `([\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Friend();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
