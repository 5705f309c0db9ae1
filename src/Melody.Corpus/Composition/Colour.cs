namespace Melody.Corpus.Composition;

/// <summary>A named colour: the programs that a band is re-orchestrated with.</summary>
/// <param name="Name">How a caption calls it.</param>
/// <param name="Melody">Programs for the tune.</param>
/// <param name="Harmony">Programs for chords.</param>
/// <param name="Bass">Program for the bass.</param>
/// <param name="Kit">Drum kit, or null where drums fall silent.</param>
internal sealed record Colour(string Name, int[] Melody, int[] Harmony, int Bass, int? Kit)
{
    /// <summary>Every colour.</summary>
    public static IReadOnlyList<Colour> All { get; } =
    [
        new("chiptune", [80], [81, 80], 38, 24),
        new("music box", [10], [10, 8, 9], 11, null),
        new("synthwave", [81], [90, 88, 62], 38, 24),
        new("string orchestra", [40], [48, 45, 41], 43, null),
        new("orchestral", [73, 60, 68], [48, 60, 45], 43, 48),
        new("brass band", [56], [57, 60, 61], 58, 0),
        new("acoustic", [73, 40, 24], [25, 24], 32, null),
        new("mallet", [11, 13], [12, 11], 12, null),
        new("electro", [81, 80], [90, 63], 39, 25),
        new("woodwind", [73, 68], [71, 70, 69], 70, null),
        new("organ", [17], [16, 18], 33, 0),
        new("accordion and guitar", [21], [24, 25], 32, null),
    ];

    // Programs that may stand for each other without changing what the style is.
    private static readonly int[][] Neighbours =
    [
        [0, 1, 2, 4, 5],
        [11, 12],
        [16, 17, 18],
        [21, 23],
        [24, 25, 26],
        [25, 27],
        [29, 30],
        [32, 33, 35],
        [33, 34, 36],
        [38, 39],
        [48, 49, 50, 51],
        [52, 53],
        [61, 62, 63],
        [64, 65, 66],
        [71, 68],
        [73, 74, 75],
        [80, 81, 84],
        [88, 89, 90, 91, 95],
    ];

    /// <summary>Another program of the same kind, or the same one.</summary>
    public static int Swap(int program, SeededRandom random)
    {
        var fitting = Neighbours.Where(group => group.Contains(program)).ToList();
        return fitting.Count == 0 ? program : random.Pick(random.Pick(fitting));
    }
}
