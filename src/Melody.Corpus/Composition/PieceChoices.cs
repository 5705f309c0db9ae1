using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Choices that every arranger makes alike: tempo, key, length.</summary>
internal static class PieceChoices
{
    /// <summary>A tempo in the family's usual range, one time in six anywhere in 50..200 bpm; whole numbers mostly.</summary>
    public static double Tempo(SeededRandom random, double slow, double fast)
    {
        if (random.Chance(1 / 6.0))
        {
            (slow, fast) = (Math.Max(50, slow * 0.7), Math.Min(200, fast * 1.3));
            if (random.Chance(0.25))
                return random.Chance(0.5) ? Math.Round(slow) : Math.Round(fast); // the ends are heard too
        }
        double bpm = Math.Clamp(Math.Exp(random.Between(Math.Log(slow), Math.Log(fast))), 50, 200);
        return random.Chance(0.1) ? Math.Round(bpm * 2) / 2 : Math.Round(bpm);
    }

    /// <summary>A key: tonics go round by fifths and sevens with the index, the mode follows the family.</summary>
    public static MusicalKey Key(SeededRandom random, int index, GenreFamily family)
    {
        int tonic = (int)((uint)(index * 7 + index / 12) % 12);
        bool minor = random.Chance(family.MinorShare);
        double modal = family.Harmony switch
        {
            HarmonyStyle.Modal => 0.6,
            HarmonyStyle.Rock or HarmonyStyle.Folk or HarmonyStyle.Soul => 0.1,
            HarmonyStyle.Ambient => 0.2,
            _ => 0,
        };
        if (family.Genre is Genre.Flamenco or Genre.MiddleEastern && random.Chance(0.4))
            return new(tonic, Mode.Phrygian);
        if (!random.Chance(modal))
            return new(tonic, minor ? Mode.Minor : Mode.Major);
        return new(
            tonic,
            minor ? Mode.Dorian
                : family.Harmony is HarmonyStyle.Ambient || random.Chance(0.25) ? Mode.Lydian
                : Mode.Mixolydian
        );
    }

    /// <summary>A length around the mean.</summary>
    public static double Seconds(SeededRandom random, double mean) => mean * random.Between(0.75, 1.25);
}
