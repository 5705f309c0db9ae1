using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Melody.Music;

/// <summary>One of the 24 major and minor keys.</summary>
/// <param name="Tonic">Semitones above C, 0..11.</param>
/// <param name="IsMinor">Minor rather than major.</param>
internal readonly partial record struct MusicalKey(int Tonic, bool IsMinor)
{
    private static readonly string[] MajorNames = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
    private static readonly string[] MinorNames = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

    /// <summary>
    /// Reads "A minor", "Am", "a-Moll", "Bb major", "B flat", "F# min", "F♯m", "Cis-Moll", "Des-Dur"; a name without a
    /// mode is major. Letters read as in English (B is a semitone below C) unless the mode is German (H is).
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
        bool minor =
            mode is "m"
            || mode.StartsWith("min", StringComparison.OrdinalIgnoreCase)
            || mode.Equals("moll", StringComparison.OrdinalIgnoreCase);
        key = new((tonic + 12) % 12, minor);
        return true;
    }

    /// <summary>Reads a key's name; see <see cref="TryParse"/>.</summary>
    /// <exception cref="MelodyException">The text is no key.</exception>
    public static MusicalKey Parse(string? text) =>
        TryParse(text, out var key)
            ? key
            : throw new MelodyException($"'{text}' is no key; write it like \"A minor\", \"F# major\" or \"Bb\".");

    /// <summary>"A minor", "F# major", ...</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsMinor ? MinorNames : MajorNames)[Tonic]} {(IsMinor ? "minor" : "major")}");

    // "B" followed by "b" or "flat"; German names put "is", "es" or "s" behind the letter (Es, As)
    [GeneratedRegex(
        @"^\s*(?<letter>[A-Ha-h])(?:(?<suffix>(?i:is|es|(?<=[EAea])s)))?(?:[\s-]*(?<accidental>(?i:sharp|flat)|[#♯b♭]))?(?:[\s-]*(?<mode>m|M|maj|(?i:major|minor|maj\.|min\.|min|maj|dur|moll)))?\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
