namespace Melody.Corpus.Composition;

/// <summary>The scales that pieces are written in.</summary>
internal enum Mode
{
    Major,
    Minor,
    Dorian,
    Phrygian,
    Lydian,
    Mixolydian,
}

/// <summary>A tonic (pitch class 0..11) and a mode.</summary>
internal readonly record struct Key(int Tonic, Mode Mode)
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

    // Semitones from the tonic of the mode up to the tonic of the major key with the same signature.
    private static readonly int[] ToMajor = [0, 3, 10, 8, 7, 5];

    private static readonly int[] SharpsOfMajor = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];

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
    public Key Transpose(int semitones) => this with { Tonic = (((Tonic + semitones) % 12) + 12) % 12 };

    /// <summary>Reads "Eb major" or "A minor"; null when it is none.</summary>
    public static Key? TryParse(string name)
    {
        var parts = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || parts[0].Length is 0 or > 2)
            return null;
        if (!Enum.TryParse<Mode>(parts[1], ignoreCase: true, out var mode))
            return null;
        var letter = "C D EF G A B".IndexOf(parts[0][0], StringComparison.Ordinal);
        if (letter < 0 || parts[0][0] == ' ')
            return null;
        var shift =
            parts[0].Length == 1
                ? 0
                : parts[0][1] switch
                {
                    '#' => 1,
                    'b' => 11,
                    _ => -1,
                };
        return shift < 0 ? null : new Key((letter + shift) % 12, mode);
    }
}
