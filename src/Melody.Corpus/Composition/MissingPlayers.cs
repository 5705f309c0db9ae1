namespace Melody.Corpus.Composition;

/// <summary>Adds chords and bass to grooves that are drum patterns alone, in the way of their family.</summary>
internal static class MissingPlayers
{
    /// <summary>Adds what is missing to the parts.</summary>
    public static void Add(List<Part> parts, LeadSheet sheet, GenreFamily family, SeededRandom random)
    {
        bool Lacks(Role role) => !parts.Exists(part => part.Role == role && part.Notes.Count >= sheet.TotalBars / 2);
        var player = new TexturePlayer(sheet, random);
        if (Lacks(Role.Harmony))
        {
            var (program, texture) = Chords(family, random);
            var part = new Part(Role.Harmony, program);
            player.Play(texture, part, 59, 78, withBass: false, family.Swing);
            parts.Add(part);
            if (random.Chance(0.4))
            {
                var pad = new Part(Role.Harmony, random.Pick([48, 49, 89, 90, 16, 50]));
                player.Play(Texture.Pad, pad, 62, 56, withBass: false);
                parts.Add(pad);
            }
        }
        if (!Lacks(Role.Bass))
            return;
        var (bass, line) = Bass(family, random);
        var low = new Part(Role.Bass, bass);
        player.Play(line, low, 31, 82, swing: family.Swing);
        parts.Add(low);
    }

    private static (int Program, Texture Texture) Chords(GenreFamily family, SeededRandom random) =>
        family.Name switch
        {
            "reggae" or "ska" => (random.Pick([28, 27, 18]), Texture.OffBeat),
            "hard rock" or "punk" => (random.Pick([30, 29]), Texture.Pulse),
            "ballad" or "lullaby" or "new age" => (random.Pick([0, 4, 25]), random.Pick([Texture.Arpeggio, Texture.Pad, Texture.UpDown])),
            "waltz" or "jazz waltz" => (random.Pick([0, 26, 48]), Texture.Waltz),
            _ => family.Harmony switch
            {
                HarmonyStyle.Jazz or HarmonyStyle.Bossa or HarmonyStyle.Latin => (random.Pick([0, 26, 4, 24]), Texture.OffBeat),
                HarmonyStyle.Blues => (random.Pick([27, 18, 0]), Texture.OffBeat),
                HarmonyStyle.Soul => (random.Pick([7, 27, 4, 28]), Texture.OffBeat),
                HarmonyStyle.Rock => (random.Pick([27, 29, 25]), random.Pick([Texture.Pulse, Texture.Strum])),
                HarmonyStyle.Electronic => (
                    random.Pick([90, 81, 4, 62, 50]),
                    random.Pick([Texture.Pulse, Texture.OffBeat, Texture.Pad, Texture.Ostinato])
                ),
                HarmonyStyle.Folk or HarmonyStyle.Pop => (
                    random.Pick([25, 24, 0, 4, 27]),
                    random.Pick([Texture.Strum, Texture.Block, Texture.Arpeggio])
                ),
                HarmonyStyle.Modal => (random.Pick([24, 48, 12, 46]), random.Pick([Texture.Arpeggio, Texture.Ostinato])),
                _ => (random.Pick([89, 48, 4, 91]), Texture.Pad),
            },
        };

    private static (int Program, Texture Texture) Bass(GenreFamily family, SeededRandom random) =>
        family.Harmony switch
        {
            HarmonyStyle.Jazz => (32, Texture.WalkingBass),
            HarmonyStyle.Electronic => (random.Pick([38, 39]), random.Pick([Texture.PulseBass, Texture.RootBass])),
            HarmonyStyle.Rock or HarmonyStyle.Soul => (random.Pick([33, 34, 36]), Texture.PulseBass),
            HarmonyStyle.Folk or HarmonyStyle.Bossa or HarmonyStyle.Classical => (32, Texture.RootBass),
            _ => (random.Pick([33, 35]), Texture.RootBass),
        };
}
