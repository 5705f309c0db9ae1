namespace Melody.Studio.Page;

/// <summary>Prompts to begin with. Their words are ones that the model that ships was trained on.</summary>
internal static class Prompts
{
    private static readonly string[] Moods = ["calm", "sad", "happy", "dark", "gentle", "bright", "slow", "energetic"];
    private static readonly string[] Players = ["solo piano", "acoustic guitar", "string quartet", "jazz piano trio", "rock band", "organ"];
    private static readonly string[] Keys = ["A minor", "C major", "D minor", "G major", "E minor", "F major"];

    /// <summary>What an empty library offers.</summary>
    public static IReadOnlyList<string> Greeting { get; } =
    ["slow sad piano in A minor, 70 bpm", "energetic rock band with drums, 120 bpm", "calm acoustic guitar in G major, 90 bpm"];

    /// <summary>What stands under the prompt.</summary>
    public static IReadOnlyList<(string Name, string Prompt)> Presets { get; } =
    [
        ("Piano", Greeting[0]),
        ("Rock", Greeting[1]),
        ("Guitar", Greeting[2]),
        ("Strings", "gentle string quartet in D minor, 80 bpm"),
        ("Waltz", "happy waltz for piano in C major, 3/4, 140 bpm"),
    ];

    /// <summary>A prompt at random.</summary>
    public static string Roll(Random random)
    {
        string mood = Moods[random.Next(Moods.Length)],
            player = Players[random.Next(Players.Length)],
            key = Keys[random.Next(Keys.Length)];
        return FormattableString.Invariant($"{mood} {player} in {key}, {60 + 5 * random.Next(17)} bpm");
    }
}
