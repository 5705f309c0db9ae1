using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>The harmonic languages that styles draw from.</summary>
internal enum HarmonyStyle
{
    Pop,
    Rock,
    Classical,
    Folk,
    Jazz,
    Bossa,
    Blues,
    Soul,
    Modal,
    Electronic,
    Latin,
    Ambient,
}

/// <summary>
/// Common stock of chord progressions by style, four or eight bars each. An "open" one ends away from the tonic, mostly
/// on a dominant (half cadence), and leads on; a "closed" one ends on the tonic after a dominant, subdominant or modal
/// neighbour. Loops serve both as verse and chorus.
/// </summary>
internal static class Progressions
{
    /// <summary>Progressions of a style in major (or mixolydian, lydian).</summary>
    public static IReadOnlyList<string> Major(HarmonyStyle style) =>
        Lines(
            style switch
            {
                HarmonyStyle.Pop => """
                I|V|vi|IV
                vi|IV|I|V
                I|vi|IV|V
                IV|I|V|vi
                I|IV|vi|V
                I|iii|IV|V
                I|V/3|vi|V
                IV|V|iii|vi
                Iadd9|Vsus4|vi7|IVadd9
                I|ii7|IV|V
                I|I7|IV|iv
                IVmaj7|V|vi|I/3
                """,
                HarmonyStyle.Rock => """
                I|bVII|IV|I
                I|IV|V|IV
                I5|IV5|I5|V5
                I|bIII|IV|I
                I|V|IV|IV
                vi|V|IV|V
                I|I|IV|V
                I|bVII|I|IV
                I5|bVI5|bVII5|I5
                """,
                HarmonyStyle.Classical => """
                I|IV|V7|I
                I|V7/3|I|V
                I|vi|ii|V
                I|V|vi|iii IV|I/5 V7|I
                I|ii/3|V7|I
                I|V/3|vi|IV|ii/3|I/5|V7|I
                I|I|V7|V7|V7|V7|I|I
                I|vi|ii/3|V7|I|IV|I/5 V7|I
                I|IV/5|V7>V|V
                I|V7>vi|vi|IV|ii|V7>V|V7|V
                """,
                HarmonyStyle.Folk => """
                I|I|IV|I
                I|IV|I|V
                I|V|IV|I
                I|vi|IV|I
                I|I|V|V|I|IV|V|I
                I|IV|V|I
                I|bVII|I|bVII
                I|iii|IV|V
                """,
                HarmonyStyle.Jazz => """
                ii7|V7|Imaj7|Imaj7
                Imaj7|vi7|ii7|V7
                Imaj7 vi7|ii7 V7|iii7 vi7|ii7 V7
                iii7|vi7|ii7|V7
                Imaj7|V7>ii|ii7|V7
                I6|#io7|ii7|V7
                Imaj7|iv6 bVII7|Imaj7|V7>ii|ii7|V7|I6|ii7 V7
                ii7|V7b9|Imaj9|V7>ii
                Imaj7|IVmaj7|iii7 V7>ii|ii7 V7
                I6|I6|V7>V|V7>V|ii7|V7|I6|ii7 V7
                """,
                HarmonyStyle.Bossa => """
                Imaj7|Imaj7|V7>V|V7>V|ii7|bII7|Imaj7|bII7
                Imaj9|ii7 V7|Imaj9|iii7 V7>ii
                Imaj7|vi7|ii9|V7b9
                ii7|V7|Imaj7|iv6
                Imaj7|#io7|ii7|V7
                """,
                HarmonyStyle.Blues => """
                I7|I7|I7|I7|IV7|IV7|I7|I7|V7|IV7|I7|V7
                I7|IV7|I7|I7|IV7|IV7|I7|I7|V7|V7|I7|V7
                I7|IV7|I7|I7|IV7|#IVo7|I7|V7>ii|ii7|V7|I7|ii7 V7
                I7|V7|IV7|IV7|I7|V7|I7|V7
                """,
                HarmonyStyle.Soul => """
                Imaj7|iii7|IVmaj7|V7sus
                ii7|iii7|IVmaj7|V7sus
                Imaj7|ii7|iii7|IVmaj7
                IVmaj7|iii7|ii7|Imaj7
                I|I7|IV|iv6
                vi7|ii7|IVmaj7|V7sus
                """,
                HarmonyStyle.Modal => """
                I|bVII|I|bVII
                I|v7|IV|I
                I|II/1|I|II/1
                I|bVII|IV|I
                Isus2|I|bVII|IV
                """,
                HarmonyStyle.Electronic => """
                I|V|vi|IV
                IV|V|vi|I
                vi|IV|I|V
                Iadd9|Iadd9|IVadd9|IVadd9
                IV|vi|V|V
                ii7|IV|I|V
                """,
                HarmonyStyle.Latin => """
                I|IV|V|IV
                I|V7|V7|I
                I|I|V7|V7|V7|V7|I|I
                ii7|V7|I|V7>ii
                I|V7>ii|ii7|V7
                """,
                _ => """
                Imaj9|Imaj9|IVmaj9|IVmaj9
                Isus2|Isus2|vi7|vi7
                Iadd9|iii7|IVmaj7|IVmaj7
                IVmaj7|IVmaj7|Imaj7|Imaj7
                I|I|bVIImaj7|bVIImaj7
                """,
            }
        );

    /// <summary>Progressions of a style in minor (or dorian, phrygian).</summary>
    public static IReadOnlyList<string> Minor(HarmonyStyle style) =>
        Lines(
            style switch
            {
                HarmonyStyle.Pop => """
                i|bVI|bIII|bVII
                i|bVII|bVI|bVII
                i|iv|bVI|V
                i|v|bVI|bVII
                bVI|bVII|i|i
                i|bIII|bVII|iv
                iv|i|bVI|V
                """,
                HarmonyStyle.Rock => """
                i5|bVI5|bVII5|i5
                i|bVII|bVI|V
                i5|bIII5|iv5|bVI5
                i|i|bVII|bVI
                i5|bVII5|iv5|V5
                """,
                HarmonyStyle.Classical => """
                i|iv|V7|i
                i|V7/3|i|V
                i|bVI|iio/3|V
                i|bVII|bIII|bVI|iv|i/5|V7|i
                i|v/3|bVI|V
                i|iv|bVII|bIII|bVI|iio/3|V7|i
                i|iv/3|V|V7
                i|i|V7|V7|V7|V7|i|i
                """,
                HarmonyStyle.Folk => """
                i|bVII|i|bVII
                i|bVII|bVI|bVII
                i|bIII|bVII|i
                i|iv|i|V
                i|i|bVII|bVII|i|bVII|v|i
                i|v|iv|i
                """,
                HarmonyStyle.Jazz => """
                iiø7|V7b9|i6|i6
                i7|bVI7|iiø7|V7b9
                iv7|bVII7|bIIImaj7|bVImaj7|iiø7|V7b9|i6|V7b9
                i6|iiø7 V7b9|i6|iiø7 V7b9
                i7|i7|iv7|i7
                i9|iv9|i9|iiø7 V7b9
                """,
                HarmonyStyle.Bossa => """
                i7|iv7|iiø7 V7b9|i7
                i6|i6|iiø7|V7b9
                i7|bVII7|bVImaj7|V7b9
                i9|iv7 bVII7|bIIImaj7|iiø7 V7b9
                """,
                HarmonyStyle.Blues => """
                i7|i7|i7|i7|iv7|iv7|i7|i7|bVI7|V7|i7|V7
                i7|iv7|i7|i7|iv7|iv7|i7|i7|iiø7|V7b9|i7|V7
                i7|i7|iv7|i7|V7|iv7|i7|V7
                """,
                HarmonyStyle.Soul => """
                i7|iv7|i7|V7
                i9|IV9|i9|IV9
                i7|bIIImaj7|iv7|V7
                i7|bVII|bVImaj7|V7sus
                iv7|v7|i7|i7
                """,
                HarmonyStyle.Modal => """
                i|IV|i|IV
                i7|IV|bVII|i7
                i|bII|i|bII
                i|bVII|IV|i
                i|ii|bIII|ii
                """,
                HarmonyStyle.Electronic => """
                i|bVI|bIII|bVII
                i|i|bVI|bVII
                i|bVII|iv|bVI
                i7|i7|bVImaj7|bVImaj7
                bVI|bVII|i|bIII
                """,
                HarmonyStyle.Latin => """
                i|bVII|bVI|V
                i|iv|V7|i
                i|V7|V7|i
                i|iv|i|V7
                i7|iv7|V7|V7
                """,
                _ => """
                i9|i9|bVImaj7|bVImaj7
                isus2|isus2|bVIImaj7|bVImaj7
                i7|i7|iv9|iv9
                i|bIIImaj7|bVImaj7|bVImaj7
                """,
            }
        );

    /// <summary>Progressions that bring out a mode, or null for plain major and minor.</summary>
    public static IReadOnlyList<string>? Modal(Mode mode) =>
        mode switch
        {
            Mode.Dorian => ["i|IV|i|IV", "i7|IV|bVII|i7", "i|bVII|IV|i", "i|ii|bIII|ii", "i7|ii7|i7|IV"],
            Mode.Phrygian => ["i|bII|i|bII", "i|bII|bIII|bII", "i|i|bII|bvii", "iv|bIII|bII|i"],
            Mode.Lydian => ["I|II/1|I|II/1", "Imaj7|II|Imaj7|II", "I|V|II|II", "I|vii|II|I"],
            Mode.Mixolydian => ["I|bVII|I|bVII", "I|v|IV|I", "I|bVII|IV|I", "I|bVII|I|IV", "Isus2|I|bVII|IV"],
            _ => null,
        };

    /// <summary>Two bars that close: dominant or another approach, then the tonic.</summary>
    public static string Cadence(HarmonyStyle style, Mode mode, SeededRandom random) =>
        mode switch
        {
            Mode.Dorian => random.Pick(["IV|i", "bVII|i"]),
            Mode.Phrygian => "bII|i",
            Mode.Lydian => random.Pick(["II/1|I", "V|I"]),
            Mode.Mixolydian => random.Pick(["bVII|I", "IV|I"]),
            _ => Cadence(style, mode == Mode.Minor, random),
        };

    private static string Cadence(HarmonyStyle style, bool minor, SeededRandom random) =>
        (style, minor) switch
        {
            (HarmonyStyle.Jazz or HarmonyStyle.Bossa, false) => random.Pick(["ii7 V7|Imaj7", "ii7 V7|I6", "ii7 bII7|Imaj7"]),
            (HarmonyStyle.Jazz or HarmonyStyle.Bossa, true) => random.Pick(["iiø7 V7b9|i6", "iiø7 V7|i7"]),
            (HarmonyStyle.Blues, false) => random.Pick(["V7|I7", "V7 IV7|I7"]),
            (HarmonyStyle.Blues, true) => random.Pick(["V7|i7", "bVI7 V7|i7"]),
            (HarmonyStyle.Classical, false) => random.Pick(["I/5 V7|I", "ii/3 V7|I", "V7|I"]),
            (HarmonyStyle.Classical, true) => random.Pick(["i/5 V7|i", "iio/3 V7|i", "V7|i"]),
            (HarmonyStyle.Rock, false) => random.Pick(["bVII IV|I", "V|I", "IV|I"]),
            (HarmonyStyle.Rock or HarmonyStyle.Electronic, true) => random.Pick(["bVI bVII|i", "bVII|i", "V|i"]),
            (HarmonyStyle.Modal, false) => random.Pick(["bVII|I", "IV|I"]),
            (HarmonyStyle.Modal or HarmonyStyle.Ambient, true) => random.Pick(["bVII|i", "IV|i"]),
            (HarmonyStyle.Soul, false) => random.Pick(["V7sus|Imaj7", "iv6|Imaj7"]),
            (_, false) => random.Pick(["V|I", "IV V|I", "IV|I", "V7|I"]),
            (_, true) => random.Pick(["V|i", "bVI V|i", "iv V7|i", "bVII|i"]),
        };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
