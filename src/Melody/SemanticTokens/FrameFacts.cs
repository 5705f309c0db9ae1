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
/// instrument family and octave; (1 + cos) / 2 and (1 + sin) / 2 of how far the beat has come; and, where the readout goes on so far,
/// the onsets in the frame's first and second half, then how loud each band of the sound is, which no score knows, then the pitch class and
/// the octave of the highest note.
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

    /// <summary>The facts that every readout tells; those behind them are told by the longer one of <see cref="Count"/>.</summary>
    public const int BasicCount = Octaves + OctaveCount;

    /// <summary>Facts behind <see cref="BasicCount"/>: the kinds of <see cref="Onsets"/> in the first half, then in the second.</summary>
    public const int HalfOnsets = BasicCount,
        OnsetKinds = 4;

    /// <summary>Of <see cref="Onsets"/>: a bass drum, a snare, another drum.</summary>
    public const int BassDrum = 1,
        Snare = 2,
        OtherDrum = 3;

    /// <summary>Facts behind the onsets in halves: levels of bands, 0 for -80 dB of a full-scale sine, 1 for 0 dB.</summary>
    public const int Levels = HalfOnsets + 2 * OnsetKinds,
        LevelCount = 12;

    /// <summary>Whether a fact is known of sound alone, and of no score.</summary>
    public static bool IsHeard(int fact) => fact is >= Levels and < Levels + LevelCount;

    /// <summary>Facts behind the levels: which pitch class the highest note has, then which octave.</summary>
    public const int Melody = Levels + LevelCount;

    /// <summary>Facts of a frame.</summary>
    public const int Count = Melody + PitchClasses + OctaveCount;

    /// <summary>How many values readouts can have that tell facts: each length adds a kind to the one before.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [BasicCount, Levels, Melody, Count];

    /// <summary>Whether a readout of this many values tells facts.</summary>
    public static bool Tells(int readout) => Lengths.Contains(readout);

    /// <summary>All facts, by what they tell.</summary>
    public static IReadOnlyList<FactGroup> Groups { get; } =
    [
        new("chroma", "chroma (pitch classes that sound)", Chroma, PitchClasses),
        new("bass", "bass (pitch class of the lowest note)", Bass, PitchClasses),
        new("onsets", "onsets (notes and drums)", Onsets, OnsetKinds),
        new("beats", "beats and downbeats", Beat, 2),
        new("families", "instrument families that sound", Families, 12),
        new("phase", "phase of the beat", Phase, 2),
        new("octaves", "octaves that sound", Octaves, OctaveCount),
        new("halves", "onsets in the first and second half", HalfOnsets, 2 * OnsetKinds),
        new("levels", "levels of twelve bands", Levels, LevelCount),
        new("melody", "melody (pitch class and octave of the highest note)", Melody, PitchClasses + OctaveCount),
    ];
}
