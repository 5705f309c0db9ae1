using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Melody.Music;

/// <summary>A tonic (pitch class 0..11) and a mode.</summary>
internal readonly partial record struct MusicalKey(int Tonic, Mode Mode)
{
    private static readonly int[][] Scales =
    [
        [0, 2, 4, 5, 7, 9, 11],
        [0, 2, 3, 5, 7, 8, 10],
        [0, 2, 3, 5, 7, 9, 10],
        [0, 1, 3, 5, 7, 8, 10],
        [0, 2, 4, 6, 7, 9, 11],
        [0, 2, 4, 5, 7, 9, 10],
    ];

    // semitones from the tonic of the mode up to the tonic of the major key with the same signature
    private static readonly int[] ToMajor = [0, 3, 10, 8, 7, 5];

    private static readonly int[] SharpsOfMajor = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];

    /// <param name="tonic">Pitch class, 0..11.</param>
    /// <param name="minor">Minor, or else major.</param>
    public MusicalKey(int tonic, bool minor)
        : this(tonic, minor ? Mode.Minor : Mode.Major) { }

    /// <summary>Whether the mode is major or minor, and none of the church modes.</summary>
    public bool IsMajorOrMinor => Mode is Mode.Major or Mode.Minor;

    /// <summary>Semitones above the tonic, ascending.</summary>
    public IReadOnlyList<int> Scale => Scales[(int)Mode];

    /// <summary>Whether the third above the tonic is minor.</summary>
    public bool IsMinor => Scale[2] == 3;

    /// <summary>Sharps (positive) or flats of the signature, -6..6; minor-like modes take the nearer spelling.</summary>
    public int Sharps
    {
        get
        {
            var sharps = SharpsOfMajor[(Tonic + ToMajor[(int)Mode]) % 12];
            return sharps == 6 && Mode is (Mode.Minor or Mode.Phrygian) ? -6 : sharps;
        }
    }

    /// <summary>The tonic in letters, for example "Eb" or "F#".</summary>
    public string TonicName => NoteName(Tonic);

    /// <summary>For example "Eb major".</summary>
    public string Name => $"{TonicName} {ModeName}";

    /// <summary>"major", "minor", "dorian", …</summary>
    public string ModeName => Mode.ToString().ToLowerInvariant();

    /// <summary>A pitch class in the spelling of this key: sharps in sharp keys, flats in flat keys.</summary>
    public string NoteName(int pitchClass)
    {
        string[] sharps = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
        string[] flats = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];
        var signature = Sharps;
        return (signature > 0 ? sharps : flats)[((pitchClass % 12) + 12) % 12];
    }

    /// <summary>Whether the pitch belongs to the scale; in minor the raised sixth and seventh count too.</summary>
    public bool Contains(int pitch)
    {
        var above = (((pitch - Tonic) % 12) + 12) % 12;
        return Scale.Contains(above) || (Mode == Mode.Minor && above is 9 or 11);
    }

    /// <summary>The same mode on another tonic.</summary>
    public MusicalKey Transpose(int semitones) => this with { Tonic = (((Tonic + semitones) % 12) + 12) % 12 };

    /// <summary>
    /// Reads "A minor", "Am", "a-Moll", "Bb major", "B flat", "F# min", "F♯m", "Cis-Moll", "Des-Dur"; a name without a
    /// mode is major. Letters read as in English (B is a semitone below C) unless the mode is German (H is). The church modes
    /// read too ("D dorian").
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MusicalKey key)
    {
        key = default;
        var match = Pattern().Match(text ?? "");
        if (!match.Success)
            return false;
        string mode = match.Groups["mode"].Value,
            letter = match.Groups["letter"].Value,
            accidental = match.Groups["accidental"].Value;
        string germanSuffix = match.Groups["suffix"].Value.ToLowerInvariant();
        bool german = mode.Equals("dur", StringComparison.OrdinalIgnoreCase) || mode.Equals("moll", StringComparison.OrdinalIgnoreCase);
        char name = char.ToUpperInvariant(letter[0]);
        if (!german && (name == 'H' || germanSuffix.Length > 0))
            return false;
        int tonic = name switch
        {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            'B' => german ? 10 : 11,
            _ => 11,
        };
        tonic += accidental.ToLowerInvariant() switch
        {
            "" => 0,
            "#" or "♯" or "sharp" => 1,
            _ => -1,
        };
        tonic += germanSuffix switch
        {
            "" => 0,
            "is" => 1,
            _ => -1,
        };
        key = new((tonic + 12) % 12, ModeOf(mode));
        return true;
    }

    /// <summary>Reads a key's name as <see cref="TryParse"/> does; null when it is none.</summary>
    public static MusicalKey? ParseOrNull(string? text) => TryParse(text, out var key) ? key : null;

    /// <summary>Reads a major or minor key; see <see cref="TryParse"/>.</summary>
    /// <exception cref="MelodyException">The text is not the name of a major or minor key.</exception>
    public static MusicalKey Parse(string? text) =>
        TryParse(text, out var key) && key.IsMajorOrMinor
            ? key
            : throw new MelodyException($"'{text}' is not a key; write it like \"A minor\", \"F# major\" or \"Bb\".");

    /// <summary>"A minor", "F# major", "D dorian", ...</summary>
    public override string ToString() => Name;

    private static Mode ModeOf(string name) =>
        name.ToLowerInvariant() switch
        {
            "" => Mode.Major,
            "m" => name == "m" ? Mode.Minor : Mode.Major,
            "moll" => Mode.Minor,
            "dur" => Mode.Major,
            var word when word.StartsWith("min", StringComparison.Ordinal) => Mode.Minor,
            var word when word.StartsWith("maj", StringComparison.Ordinal) => Mode.Major,
            var word => Enum.Parse<Mode>(word, ignoreCase: true),
        };

    // "B" followed by "b" or "flat"; German names put "is", "es" or "s" behind the letter (Es, As)
    [GeneratedRegex(
        @"^\s*(?<letter>[A-Ha-h])(?:(?<suffix>(?i:is|es|(?<=[EAea])s)))?(?:[\s-]*(?<accidental>(?i:sharp|flat)|[#♯b♭]))?"
            + @"(?:[\s-]*(?<mode>m|M|maj|(?i:major|minor|maj\.|min\.|min|maj|dur|moll|dorian|phrygian|lydian|mixolydian)))?\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
