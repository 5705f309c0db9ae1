using Melody.Corpus.Records;

namespace Melody.Corpus.Description;

/// <summary>
/// Mood words by rule, after the circumplex of affect (Russell 1980) and what listening experiments found about tempo,
/// mode, loudness and articulation (Gabrielsson and Lindström 2010):
/// <list type="bullet">
/// <item>energy 0..1 = 0.30 loudness (velocity 45..105) + 0.25 density (0..14 onsets a second) + 0.30 tempo (60..170 bpm) + 0.15 if drums
/// play,
/// less 0.12 in gentle genres (a lounge band is not furious, however many notes it plays) and 0.08 more in driven ones;</item>
/// <item>valence -1..1 = +0.4 major, lydian, mixolydian or -0.4 minor, phrygian, -0.25 dorian; + (bpm - 100) / 250 within ±0.25;
/// + (register - 62) / 120 within ±0.12; +0.08 for staccato under 0.5;</item>
/// <item>three bands of energy (below 0.36, to 0.62, above) and of valence (below -0.22, to 0.22, above) make nine groups.</item>
/// </list>
/// Drums alone take valence from tempo only. Words for single traits follow thresholds in <see cref="Traits"/>.
/// </summary>
internal static class MoodRules
{
    /// <summary>The nine groups: row = energy low, middle, high; column = valence low, neutral, high.</summary>
    public static IReadOnlyList<string> Groups { get; } =
    ["sad", "dreamy", "peaceful", "tense", "relaxed", "cheerful", "intense", "energetic", "joyful"];

    /// <summary>Genre families whose music is gentle, and those that push on.</summary>
    public static IReadOnlySet<Genre> Gentle { get; } =
        new HashSet<Genre>
        {
            Genre.Ballad,
            Genre.Bolero,
            Genre.BossaNova,
            Genre.CoolJazz,
            Genre.EasyListening,
            Genre.NewAge,
            Genre.Ambient,
            Genre.Hymn,
            Genre.Lullaby,
            Genre.SoftRock,
            Genre.TripHop,
            Genre.Folk,
            Genre.Romantic,
            Genre.Rumba,
            Genre.JazzWaltz,
            Genre.Soul,
            Genre.Waltz,
        };

    /// <inheritdoc cref="Gentle"/>
    public static IReadOnlySet<Genre> Driven { get; } =
        new HashSet<Genre> { Genre.HardRock, Genre.Punk, Genre.Techno, Genre.DrumAndBass, Genre.Bebop, Genre.Trance };

    /// <summary>Energy 0..1.</summary>
    public static double Energy(double loudness, double density, double bpm, bool drums, Genre family = Genre.Unknown) =>
        Math.Clamp(
            0.30 * Unit(loudness, 45, 105)
                + 0.25 * Unit(density, 0, 14)
                + 0.30 * Unit(bpm, 60, 170)
                + (drums ? 0.15 : 0)
                + (
                    Gentle.Contains(family) ? -0.12
                    : Driven.Contains(family) ? 0.08
                    : 0
                ),
            0,
            1
        );

    /// <summary>Valence -1..1.</summary>
    public static double Valence(string mode, double bpm, double register, double articulation)
    {
        double fromMode = mode switch
        {
            "major" or "lydian" or "mixolydian" => 0.4,
            "minor" or "phrygian" => -0.4,
            "dorian" => -0.25,
            _ => 0,
        };
        return Math.Clamp(
            fromMode
                + Math.Clamp((bpm - 100) / 250, -0.25, 0.25)
                + (register > 0 ? Math.Clamp((register - 62) / 120, -0.12, 0.12) : 0)
                + (articulation < 0.5 ? 0.08 : 0),
            -1,
            1
        );
    }

    /// <summary>The group of a window.</summary>
    public static string Group(double energy, double valence)
    {
        int row =
            energy < 0.36 ? 0
            : energy <= 0.62 ? 1
            : 2;
        int column =
            valence < -0.22 ? 0
            : valence <= 0.22 ? 1
            : 2;
        return Groups[row * 3 + column];
    }

    /// <summary>Words for single traits that are plain to hear.</summary>
    public static IEnumerable<string> Traits(double density, double register, double loudness, double articulation, double bpm)
    {
        if (density < 2)
            yield return "sparse";
        if (density > 11)
            yield return "busy";
        if (register > 72)
            yield return "bright";
        if (register is > 0 and < 50)
            yield return "deep";
        if (loudness < 58)
            yield return "soft";
        if (loudness > 98)
            yield return "loud";
        if (articulation > 0.93)
            yield return "smooth";
        if (articulation < 0.5)
            yield return "staccato";
        if (bpm <= 72)
            yield return "slow";
        if (bpm >= 140)
            yield return "fast";
    }

    private static double Unit(double value, double low, double high) => Math.Clamp((value - low) / (high - low), 0, 1);
}
