using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Kinds of chords, with the suffix by which lead sheets (and MMA) know them.</summary>
internal enum ChordQuality
{
    Major,
    Minor,
    Diminished,
    Augmented,
    Seventh,
    MajorSeventh,
    MinorSeventh,
    HalfDiminished,
    DiminishedSeventh,
    Sixth,
    MinorSixth,
    SuspendedFourth,
    SuspendedSecond,
    SeventhSuspended,
    Ninth,
    MajorNinth,
    MinorNinth,
    AddedNinth,
    Fifth,
    SeventhFlatNine,
}

/// <summary>A chord: root pitch class 0..11, its kind, and the bass when that is not the root.</summary>
internal readonly record struct Chord(int Root, ChordQuality Quality, int? Bass = null)
{
    private static readonly (string Suffix, int[] Tones)[] Kinds =
    [
        ("", [0, 4, 7]),
        ("m", [0, 3, 7]),
        ("dim", [0, 3, 6]),
        ("aug", [0, 4, 8]),
        ("7", [0, 4, 7, 10]),
        ("maj7", [0, 4, 7, 11]),
        ("m7", [0, 3, 7, 10]),
        ("m7b5", [0, 3, 6, 10]),
        ("dim7", [0, 3, 6, 9]),
        ("6", [0, 4, 7, 9]),
        ("m6", [0, 3, 7, 9]),
        ("sus4", [0, 5, 7]),
        ("sus2", [0, 2, 7]),
        ("7sus", [0, 5, 7, 10]),
        ("9", [0, 4, 7, 10, 2]),
        ("maj9", [0, 4, 7, 11, 2]),
        ("m9", [0, 3, 7, 10, 2]),
        ("add9", [0, 4, 7, 2]),
        ("5", [0, 7]),
        ("7b9", [0, 4, 7, 10, 1]),
    ];

    /// <summary>Semitones above the root, the chord's own order.</summary>
    public IReadOnlyList<int> Tones => Kinds[(int)Quality].Tones;

    /// <summary>Whether the third is minor.</summary>
    public bool IsMinor => Tones.Contains(3);

    /// <summary>Pitch class that sounds lowest.</summary>
    public int BassNote => Bass ?? Root;

    /// <summary>Whether a pitch belongs to the chord.</summary>
    public bool Contains(int pitch) => Tones.Contains((((pitch - Root) % 12) + 12) % 12);

    /// <summary>Name in the spelling of a key, for example "Bbm7" or "D7/F#".</summary>
    public string NameIn(MusicalKey key) =>
        key.NoteName(Root) + Kinds[(int)Quality].Suffix + (Bass is { } bass && bass != Root ? "/" + key.NoteName(bass) : "");

    /// <summary>The chord moved by semitones.</summary>
    public Chord Transpose(int semitones)
    {
        static int Wrap(int pitch) => ((pitch % 12) + 12) % 12;
        return new(Wrap(Root + semitones), Quality, Bass is { } bass ? Wrap(bass + semitones) : null);
    }
}
