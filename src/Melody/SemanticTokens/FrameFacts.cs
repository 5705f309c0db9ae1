namespace Melody.SemanticTokens;

/// <summary>Facts that tell one kind of thing.</summary>
/// <param name="Key">Its name in a configuration.</param>
/// <param name="Name">What they tell.</param>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
internal sealed record FactGroup(string Key, string Name, int First, int Count);

/// <summary>
/// What a <see cref="SemanticTokenizer"/>'s readout tells of a frame, in this order: the probabilities that each pitch class
/// sounds and is the lowest, of onsets (of pitched notes, bass drum, snare, other drums), of a beat and a downbeat, of each
/// instrument family and octave; and (1 + cos) / 2 and (1 + sin) / 2 of how far the beat has come.
/// </summary>
internal static class FrameFacts
{
    public const int PitchClasses = 12,
        Chroma = 0,
        Bass = 12,
        Onsets = 24,
        Beat = 28,
        Downbeat = 29,
        Families = 30,
        Phase = 42,
        Octaves = 44,
        OctaveCount = 5;

    /// <summary>Of <see cref="Onsets"/>: a bass drum, a snare, another drum.</summary>
    public const int BassDrum = 1,
        Snare = 2,
        OtherDrum = 3;

    /// <summary>Facts of a frame.</summary>
    public const int Count = Octaves + OctaveCount;

    /// <summary>All facts, by what they tell.</summary>
    public static IReadOnlyList<FactGroup> Groups { get; } =
    [
        new("chroma", "chroma (pitch classes that sound)", Chroma, PitchClasses),
        new("bass", "bass (pitch class of the lowest note)", Bass, PitchClasses),
        new("onsets", "onsets (notes and drums)", Onsets, 4),
        new("beats", "beats and downbeats", Beat, 2),
        new("families", "instrument families that sound", Families, 12),
        new("phase", "phase of the beat", Phase, 2),
        new("octaves", "octaves that sound", Octaves, OctaveCount),
    ];
}
