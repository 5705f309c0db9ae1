using Melody.Corpus.Records;
using Melody.Music;
using static Melody.Corpus.Records.SectionName;

namespace Melody.Corpus.Composition;

/// <summary>
/// Builds the form of a song: which sections follow each other, their chords and keys, so that every verse ends on a
/// cadence and the last bars close on the tonic.
/// </summary>
internal static class SongForm
{
    private static readonly SectionName[][] Orders =
    [
        [A, A, B, A],
        [A, B, A, B],
        [A, A, B, B],
        [A, B, Bridge, A],
        [A, B, A, Bridge, A],
    ];

    /// <summary>A lead sheet of about <paramref name="seconds"/> seconds.</summary>
    public static LeadSheet Build(SeededRandom random, MusicalKey key, Metre metre, double bpm, HarmonyStyle style, double seconds)
    {
        double barSeconds = metre.Beats * 60 / bpm;
        int wanted = Math.Max(6, (int)Math.Round(seconds / barSeconds));
        int unit =
            style == HarmonyStyle.Blues && wanted >= 14 ? 12
            : wanted >= 18 ? 8
            : 4;
        int intro =
            wanted < 10 || random.Chance(0.3) ? 0
            : wanted < 24 ? 2
            : 4;
        var modulation = Modulation(random, style, key);

        var progressions = Progressions.Modal(key.Mode) ?? (key.IsMinor ? Progressions.Minor(style) : Progressions.Major(style));
        var material = new Dictionary<SectionName, string>();
        foreach (var name in random.Shuffle(progressions).Zip([A, B, Bridge]))
            material[name.Second] = name.First;
        foreach (var name in new[] { A, B, Bridge })
            material.TryAdd(name, progressions[0]);

        var sections = new List<Section>();
        if (intro > 0)
            sections.Add(new(Intro, key, Fit(material[A], key, intro)));
        var order = random.Pick(Orders);
        int bars = intro;
        for (int i = 0; bars + unit / 2 < wanted - 2 || i == 0; i++)
        {
            var name = order[i % order.Length];
            var local = LocalKey(key, name, i, wanted - bars <= unit + 2, modulation);
            string source = name == A || !random.Chance(0.25) || style == HarmonyStyle.Blues ? material[name] : material[A];
            var chords = Fit(source, local, unit);
            bool closes = i % 2 == 1 || name == A && unit == 8;
            if (closes && style != HarmonyStyle.Blues)
                Replace(chords, Progressions.Cadence(style, local.Mode, random), local);
            sections.Add(new(name, local, chords));
            bars += unit;
            if (name == Bridge && bars + unit + 3 < wanted && random.Chance(0.6))
            {
                sections.Add(new(SectionName.Turnaround, key, Turnaround(key, style)));
                bars += 2;
            }
        }
        var last = sections[^1].Key;
        var ending = RomanNumerals.Parse(Progressions.Cadence(style, last.Mode, random), last);
        sections.Add(new(Ending, last, [.. ending]));
        return new LeadSheet(metre, bpm, style, sections);
    }

    // where the later part of the song goes: up a tone at the end, or another key for B and the bridge. 0 = stays.
    private static (int LastUp, MusicalKey? Other) Modulation(SeededRandom random, HarmonyStyle style, MusicalKey key)
    {
        if (key.Mode > Mode.Minor || style is HarmonyStyle.Blues or HarmonyStyle.Modal or HarmonyStyle.Ambient or HarmonyStyle.Electronic)
            return (0, null);
        if (random.Chance(0.07))
            return (random.Pick([1, 2]), null);
        if (!random.Chance(style == HarmonyStyle.Classical ? 0.35 : 0.12))
            return (0, null);
        var other = key.IsMinor
            ? new MusicalKey((key.Tonic + 3) % 12, Mode.Major)
            : random.Pick([
                new MusicalKey((key.Tonic + 7) % 12, Mode.Major),
                new MusicalKey((key.Tonic + 5) % 12, Mode.Major),
                new MusicalKey((key.Tonic + 9) % 12, Mode.Minor),
            ]);
        return (0, other);
    }

    private static MusicalKey LocalKey(
        MusicalKey key,
        SectionName name,
        int position,
        bool isLast,
        (int LastUp, MusicalKey? Other) modulation
    )
    {
        if (isLast && position > 1)
            return modulation.LastUp > 0 ? key.Transpose(modulation.LastUp) : key;
        // a progression is written for major or minor, so another key is only taken with the same kind of third
        return name != A && modulation.Other is { } other && other.IsMinor == key.IsMinor ? other
            : name == Bridge && modulation.Other is { } mixed ? mixed with { Mode = key.Mode }
            : key;
    }

    private static List<IReadOnlyList<Chord>> Turnaround(MusicalKey key, HarmonyStyle style) =>
        [
            .. RomanNumerals.Parse(
                Progressions.Modal(key.Mode) is { } modal
                    ? string.Join('|', modal[0].Split('|')[..2])
                    : (style, key.IsMinor) switch
                    {
                        (HarmonyStyle.Jazz or HarmonyStyle.Bossa, false) => "Imaj7 vi7|ii7 V7",
                        (HarmonyStyle.Jazz or HarmonyStyle.Bossa, true) => "i7|iiø7 V7b9",
                        (HarmonyStyle.Blues, false) => "I7 IV7|I7 V7",
                        (HarmonyStyle.Modal or HarmonyStyle.Ambient, false) => "I|bVII",
                        (HarmonyStyle.Modal or HarmonyStyle.Ambient, true) => "i|bVII",
                        (_, false) => "I|V",
                        (_, true) => "i|V",
                    },
                key
            ),
        ];

    private static List<IReadOnlyList<Chord>> Fit(string progression, MusicalKey key, int bars)
    {
        var chords = RomanNumerals.Parse(progression, key);
        return [.. Enumerable.Range(0, bars).Select(i => (IReadOnlyList<Chord>)chords[i % chords.Count])];
    }

    private static void Replace(List<IReadOnlyList<Chord>> bars, string cadence, MusicalKey key)
    {
        var chords = RomanNumerals.Parse(cadence, key);
        for (int i = 0; i < chords.Count; i++)
            bars[bars.Count - chords.Count + i] = chords[i];
    }
}
