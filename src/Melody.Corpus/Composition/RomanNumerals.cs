using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>
/// Reads progressions in the notation of harmony books: case gives major or minor ("ii", "V"), a sign before the numeral
/// lowers or raises the root against the major scale ("bVII"), a suffix names the kind ("V7", "iiø7", "Imaj7", "IVsus2"),
/// "/3" and "/5" put the third or fifth in the bass, "V7>ii" is the dominant of another degree. Bars are separated by
/// "|", chords within a bar by spaces. Roots are always counted in the major scale of the tonic, as pop and jazz do.
/// </summary>
internal static class RomanNumerals
{
    private static readonly int[] MajorScale = [0, 2, 4, 5, 7, 9, 11];

    private static readonly string[] Degrees = ["I", "II", "III", "IV", "V", "VI", "VII"];

    private static readonly Dictionary<string, (ChordQuality IfMajor, ChordQuality IfMinor)> Suffixes = new(StringComparer.Ordinal)
    {
        [""] = (ChordQuality.Major, ChordQuality.Minor),
        ["7"] = (ChordQuality.Seventh, ChordQuality.MinorSeventh),
        ["maj7"] = (ChordQuality.MajorSeventh, ChordQuality.MinorSeventh),
        ["6"] = (ChordQuality.Sixth, ChordQuality.MinorSixth),
        ["9"] = (ChordQuality.Ninth, ChordQuality.MinorNinth),
        ["maj9"] = (ChordQuality.MajorNinth, ChordQuality.MinorNinth),
        ["add9"] = (ChordQuality.AddedNinth, ChordQuality.MinorNinth),
        ["7b9"] = (ChordQuality.SeventhFlatNine, ChordQuality.SeventhFlatNine),
        ["o"] = (ChordQuality.Diminished, ChordQuality.Diminished),
        ["o7"] = (ChordQuality.DiminishedSeventh, ChordQuality.DiminishedSeventh),
        ["ø7"] = (ChordQuality.HalfDiminished, ChordQuality.HalfDiminished),
        ["+"] = (ChordQuality.Augmented, ChordQuality.Augmented),
        ["sus4"] = (ChordQuality.SuspendedFourth, ChordQuality.SuspendedFourth),
        ["sus2"] = (ChordQuality.SuspendedSecond, ChordQuality.SuspendedSecond),
        ["7sus"] = (ChordQuality.SeventhSuspended, ChordQuality.SeventhSuspended),
        ["5"] = (ChordQuality.Fifth, ChordQuality.Fifth),
    };

    /// <summary>The chords of each bar in a key.</summary>
    public static List<List<Chord>> Parse(string progression, MusicalKey key) =>
        [
            .. progression
                .Split('|')
                .Select(bar =>
                    bar.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(symbol => ParseChord(symbol, key.Tonic)).ToList()
                ),
        ];

    private static Chord ParseChord(string symbol, int tonic)
    {
        int arrow = symbol.IndexOf('>', StringComparison.Ordinal);
        if (arrow > 0)
            return ParseChord(symbol[..arrow], ParseChord(symbol[(arrow + 1)..], tonic).Root);
        int slash = symbol.IndexOf('/', StringComparison.Ordinal);
        string inversion = slash > 0 ? symbol[(slash + 1)..] : "";
        string body = slash > 0 ? symbol[..slash] : symbol;
        int shift = body[0] switch
        {
            'b' => -1,
            '#' => 1,
            _ => 0,
        };
        if (shift != 0)
            body = body[1..];
        int length = 0;
        while (length < body.Length && body[length] is 'I' or 'V' or 'i' or 'v')
            length++;
        string numeral = body[..length];
        int degree = Array.IndexOf(Degrees, numeral.ToUpperInvariant());
        if (degree < 0 || !Suffixes.TryGetValue(body[length..], out var kinds))
            throw new FormatException($"'{symbol}' is not a chord in roman numerals");
        int root = (tonic + MajorScale[degree] + shift + 24) % 12;
        var quality = char.IsLower(numeral[0]) ? kinds.IfMinor : kinds.IfMajor;
        var chord = new Chord(root, quality);
        return inversion switch
        {
            "" => chord,
            "3" => chord with { Bass = (root + chord.Tones[1]) % 12 },
            "5" => chord with { Bass = (root + chord.Tones[2]) % 12 },
            "1" => chord with { Bass = tonic },
            _ => throw new FormatException($"'{symbol}' has an unknown bass"),
        };
    }
}
