using Melody.Corpus.Records;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>Adds chords and bass to grooves that are drum patterns alone, in the way of their family.</summary>
internal static class MissingPlayers
{
    /// <summary>Adds what is missing to the parts.</summary>
    public static void Add(List<Part> parts, LeadSheet sheet, GenreFamily family, SeededRandom random)
    {
        bool Lacks(PlayerRole role) => !parts.Exists(part => part.Role == role && part.Notes.Count >= sheet.TotalBars / 2);
        var player = new TexturePlayer(sheet, random);
        if (Lacks(PlayerRole.Harmony))
        {
            var (program, texture) = Chords(family, random);
            var part = new Part(PlayerRole.Harmony, program);
            player.Play(texture, part, 59, 78, withBass: false, family.Swing);
            parts.Add(part);
            if (random.Chance(0.4))
            {
                var pad = new Part(
                    PlayerRole.Harmony,
                    random.Pick([StringEnsemble1, StringEnsemble2, WarmPad, PolysynthPad, DrawbarOrgan, SynthStrings1])
                );
                player.Play(Texture.Pad, pad, 62, 56, withBass: false);
                parts.Add(pad);
            }
        }
        if (!Lacks(PlayerRole.Bass))
            return;
        var (bass, line) = Bass(family, random);
        var low = new Part(PlayerRole.Bass, bass);
        player.Play(line, low, 31, 82, swing: family.Swing);
        parts.Add(low);
    }

    private static (int Program, Texture Texture) Chords(GenreFamily family, SeededRandom random) =>
        family.Genre switch
        {
            Genre.Reggae or Genre.Ska => (random.Pick([MutedGuitar, CleanGuitar, RockOrgan]), Texture.OffBeat),
            Genre.HardRock or Genre.Punk => (random.Pick([DistortionGuitar, OverdrivenGuitar]), Texture.Pulse),
            Genre.Ballad or Genre.Lullaby or Genre.NewAge => (
                random.Pick([GrandPiano, ElectricPiano1, SteelGuitar]),
                random.Pick([Texture.Arpeggio, Texture.Pad, Texture.UpDown])
            ),
            Genre.Waltz or Genre.JazzWaltz => (random.Pick([GrandPiano, JazzGuitar, StringEnsemble1]), Texture.Waltz),
            _ => family.Harmony switch
            {
                HarmonyStyle.Jazz or HarmonyStyle.Bossa or HarmonyStyle.Latin => (
                    random.Pick([GrandPiano, JazzGuitar, ElectricPiano1, NylonGuitar]),
                    Texture.OffBeat
                ),
                HarmonyStyle.Blues => (random.Pick([CleanGuitar, RockOrgan, GrandPiano]), Texture.OffBeat),
                HarmonyStyle.Soul => (random.Pick([Clavinet, CleanGuitar, ElectricPiano1, MutedGuitar]), Texture.OffBeat),
                HarmonyStyle.Rock => (
                    random.Pick([CleanGuitar, OverdrivenGuitar, SteelGuitar]),
                    random.Pick([Texture.Pulse, Texture.Strum])
                ),
                HarmonyStyle.Electronic => (
                    random.Pick([PolysynthPad, SawtoothLead, ElectricPiano1, SynthBrass1, SynthStrings1]),
                    random.Pick([Texture.Pulse, Texture.OffBeat, Texture.Pad, Texture.Ostinato])
                ),
                HarmonyStyle.Folk or HarmonyStyle.Pop => (
                    random.Pick([SteelGuitar, NylonGuitar, GrandPiano, ElectricPiano1, CleanGuitar]),
                    random.Pick([Texture.Strum, Texture.Block, Texture.Arpeggio])
                ),
                HarmonyStyle.Modal => (
                    random.Pick([NylonGuitar, StringEnsemble1, Marimba, Harp]),
                    random.Pick([Texture.Arpeggio, Texture.Ostinato])
                ),
                _ => (random.Pick([WarmPad, StringEnsemble1, ElectricPiano1, ChoirPad]), Texture.Pad),
            },
        };

    private static (int Program, Texture Texture) Bass(GenreFamily family, SeededRandom random) =>
        family.Harmony switch
        {
            HarmonyStyle.Jazz => (AcousticBass, Texture.WalkingBass),
            HarmonyStyle.Electronic => (random.Pick([SynthBass1, SynthBass2]), random.Pick([Texture.PulseBass, Texture.RootBass])),
            HarmonyStyle.Rock or HarmonyStyle.Soul => (random.Pick([FingeredBass, PickedBass, SlapBass1]), Texture.PulseBass),
            HarmonyStyle.Folk or HarmonyStyle.Bossa or HarmonyStyle.Classical => (AcousticBass, Texture.RootBass),
            _ => (random.Pick([FingeredBass, FretlessBass]), Texture.RootBass),
        };
}
