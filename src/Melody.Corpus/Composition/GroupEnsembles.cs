using Melody.Corpus.Records;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>Three players and more.</summary>
internal static class GroupEnsembles
{
    /// <summary>All of them; the order decides which piece of a corpus gets which.</summary>
    public static IReadOnlyList<Ensemble> All { get; } =
    [
        new(
            PieceKind.Ensemble,
            "string quartet",
            Genre.Classical,
            Violin,
            [new(Violin, Texture.Pulse, 67, 56), new(Viola, Texture.Pulse, 60, 54), new(Cello, Texture.RootBass, 36, 64)],
            null,
            Viola
        ),
        new(
            PieceKind.Ensemble,
            "string quartet",
            Genre.Romantic,
            Violin,
            [new(Viola, Texture.Pad, 60, 58), new(Cello, Texture.RootBass, 36, 64)],
            null,
            Violin
        ),
        new(
            PieceKind.Ensemble,
            "string quartet",
            Genre.Minimal,
            Violin,
            [new(Violin, Texture.Ostinato, 67, 54), new(Viola, Texture.Pulse, 60, 54), new(Cello, Texture.RootBass, 36, 64)],
            null,
            Viola
        ),
        new(
            PieceKind.Ensemble,
            "string quartet",
            Genre.Cinematic,
            Violin,
            [new(Violin, Texture.Pad, 67, 54), new(Viola, Texture.Ostinato, 60, 54), new(Cello, Texture.RootBass, 36, 64)]
        ),
        new(
            PieceKind.Ensemble,
            "string trio",
            Genre.Baroque,
            Violin,
            [new(Viola, Texture.Alberti, 60, 56), new(Cello, Texture.WalkingBass, 36, 64)]
        ),
        new(PieceKind.Ensemble, "pizzicato strings", Genre.Waltz, Violin, [new(PizzicatoStrings, Texture.Waltz, 60, 66, true)]),
        new(
            PieceKind.Ensemble,
            "piano trio",
            Genre.Romantic,
            Violin,
            [new(GrandPiano, Texture.Arpeggio, 56, 56, true), new(Cello, Texture.RootBass, 38, 60)],
            null,
            Cello
        ),
        new(
            PieceKind.Ensemble,
            "woodwind quintet",
            Genre.Classical,
            Flute,
            [new(Clarinet, Texture.Alberti, 68, 54), new(FrenchHorn, Texture.Pad, 57, 50), new(Bassoon, Texture.RootBass, 36, 62)],
            null,
            Oboe
        ),
        new(
            PieceKind.Ensemble,
            "brass quintet",
            Genre.March,
            Trumpet,
            [new(FrenchHorn, Texture.OffBeat, 58, 58), new(Trombone, Texture.Pad, 53, 54), new(Tuba, Texture.RootBass, 31, 66)],
            null,
            Trumpet
        ),
        new(
            PieceKind.Ensemble,
            "chamber orchestra",
            Genre.Classical,
            Oboe,
            [new(StringEnsemble1, Texture.Pulse, 62, 56), new(FrenchHorn, Texture.Pad, 55, 48), new(Contrabass, Texture.RootBass, 31, 62)],
            null,
            Flute
        ),
        new(
            PieceKind.Ensemble,
            "cinematic orchestra",
            Genre.Cinematic,
            FrenchHorn,
            [
                new(StringEnsemble1, Texture.Ostinato, 57, 60),
                new(StringEnsemble2, Texture.Pad, 62, 56),
                new(BrassSection, Texture.Pad, 53, 52),
                new(Contrabass, Texture.PulseBass, 31, 68),
            ],
            "tom groove",
            StringEnsemble1
        ),
        new(
            PieceKind.Ensemble,
            "string orchestra",
            Genre.Cinematic,
            StringEnsemble1,
            [
                new(StringEnsemble2, Texture.Pad, 58, 58),
                new(PizzicatoStrings, Texture.Arpeggio, 60, 54),
                new(Contrabass, Texture.RootBass, 31, 62),
            ]
        ),
        new(
            PieceKind.Ensemble,
            "tremolo strings and horns",
            Genre.Cinematic,
            FrenchHorn,
            [new(TremoloStrings, Texture.Tremolo, 62, 60), new(Contrabass, Texture.RootBass, 31, 66)]
        ),
        new(
            PieceKind.Ensemble,
            "baroque ensemble",
            Genre.Baroque,
            Violin,
            [new(Harpsichord, Texture.Block, 58, 58), new(Cello, Texture.WalkingBass, 38, 62)],
            null,
            Flute
        ),
        new(
            PieceKind.Ensemble,
            "jazz trio",
            Genre.CoolJazz,
            GrandPiano,
            [new(GrandPiano, Texture.OffBeat, 57, 52), new(AcousticBass, Texture.WalkingBass, 33, 70)],
            "swing beat"
        ),
        new(
            PieceKind.Ensemble,
            "jazz quartet",
            Genre.Swing,
            TenorSax,
            [new(GrandPiano, Texture.OffBeat, 58, 54), new(AcousticBass, Texture.WalkingBass, 33, 70)],
            "swing beat"
        ),
        new(
            PieceKind.Ensemble,
            "guitar and bass duo",
            Genre.Swing,
            JazzGuitar,
            [new(JazzGuitar, Texture.Block, 55, 54), new(AcousticBass, Texture.WalkingBass, 33, 70)]
        ),
        new(
            PieceKind.Ensemble,
            "folk trio",
            Genre.Celtic,
            Fiddle,
            [new(SteelGuitar, Texture.Strum, 55, 60), new(Accordion, Texture.Pad, 58, 50)],
            null,
            Whistle
        ),
        new(
            PieceKind.Ensemble,
            "bluegrass band",
            Genre.Bluegrass,
            Fiddle,
            [new(Banjo, Texture.UpDown, 62, 60), new(SteelGuitar, Texture.Strum, 55, 56), new(AcousticBass, Texture.RootBass, 31, 70)]
        ),
        new(
            PieceKind.Ensemble,
            "chiptune",
            Genre.Chiptune,
            SquareLead,
            [new(SawtoothLead, Texture.Ostinato, 64, 58), new(SynthBass1, Texture.PulseBass, 33, 70)],
            "rock beat"
        ),
        new(
            PieceKind.Ensemble,
            "chiptune",
            Genre.Chiptune,
            SawtoothLead,
            [new(SquareLead, Texture.Arpeggio, 66, 58), new(SynthBass2, Texture.PulseBass, 33, 70)],
            "four-on-the-floor beat"
        ),
        new(
            PieceKind.Ensemble,
            "synthwave band",
            Genre.Synthwave,
            SawtoothLead,
            [
                new(PolysynthPad, Texture.Pad, 57, 60),
                new(SawtoothLead, Texture.Ostinato, 60, 48),
                new(SynthBass1, Texture.PulseBass, 33, 76),
            ],
            "rock beat"
        ),
        new(
            PieceKind.Ensemble,
            "synth trio",
            Genre.Techno,
            BassLead,
            [new(SawtoothLead, Texture.Ostinato, 58, 58), new(SynthBass1, Texture.PulseBass, 33, 76)],
            "four-on-the-floor beat"
        ),
        new(
            PieceKind.Ensemble,
            "synth pads and lead",
            Genre.Trance,
            SawtoothLead,
            [
                new(PolysynthPad, Texture.Pad, 60, 60),
                new(CharangLead, Texture.Ostinato, 67, 54),
                new(SynthBass1, Texture.PulseBass, 33, 76),
            ],
            "four-on-the-floor beat"
        ),
        new(
            PieceKind.Ensemble,
            "drum and bass trio",
            Genre.DrumAndBass,
            SquareLead,
            [new(WarmPad, Texture.Pad, 60, 62), new(SynthBass1, Texture.RootBass, 31, 80)],
            "drum and bass beat"
        ),
        new(
            PieceKind.Ensemble,
            "beat tape trio",
            Genre.HipHop,
            ElectricPiano1,
            [new(ElectricPiano1, Texture.Block, 57, 56), new(FingeredBass, Texture.RootBass, 31, 74)],
            "boom bap beat"
        ),
        new(
            PieceKind.Ensemble,
            "trap band",
            Genre.HipHop,
            Vibraphone,
            [new(WarmPad, Texture.Pad, 57, 56), new(SynthBass1, Texture.RootBass, 29, 84)],
            "trap beat"
        ),
        new(
            PieceKind.Ensemble,
            "downtempo trio",
            Genre.TripHop,
            Vibraphone,
            [new(ElectricPiano1, Texture.Pad, 57, 60), new(FretlessBass, Texture.RootBass, 31, 72)],
            "breakbeat"
        ),
        new(
            PieceKind.Ensemble,
            "house band",
            Genre.House,
            ElectricPiano1,
            [new(ElectricPiano1, Texture.OffBeat, 60, 64), new(SynthBass2, Texture.PulseBass, 33, 74)],
            "four-on-the-floor beat"
        ),
        new(
            PieceKind.Ensemble,
            "funk band",
            Genre.Funk,
            AltoSax,
            [new(Clavinet, Texture.OffBeat, 60, 62), new(SlapBass1, Texture.PulseBass, 33, 76)],
            "funk beat"
        ),
        new(
            PieceKind.Ensemble,
            "reggae band",
            Genre.Reggae,
            RockOrgan,
            [new(MutedGuitar, Texture.OffBeat, 58, 66), new(FingeredBass, Texture.RootBass, 31, 80)],
            "reggae one drop"
        ),
        new(
            PieceKind.Ensemble,
            "power trio",
            Genre.HardRock,
            OverdrivenGuitar,
            [new(DistortionGuitar, Texture.Pulse, 50, 58), new(PickedBass, Texture.PulseBass, 31, 76)],
            "rock beat"
        ),
        new(
            PieceKind.Ensemble,
            "punk trio",
            Genre.Punk,
            OverdrivenGuitar,
            [new(DistortionGuitar, Texture.Pulse, 52, 60), new(PickedBass, Texture.PulseBass, 31, 80)],
            "rock beat"
        ),
        new(
            PieceKind.Ensemble,
            "soft rock band",
            Genre.SoftRock,
            CleanGuitar,
            [
                new(SteelGuitar, Texture.Strum, 55, 58),
                new(ElectricPiano1, Texture.Pad, 57, 50),
                new(FingeredBass, Texture.RootBass, 31, 72),
            ],
            "rock beat"
        ),
        new(
            PieceKind.Ensemble,
            "marimba ensemble",
            Genre.Minimal,
            Marimba,
            [new(Marimba, Texture.Ostinato, 60, 60), new(Vibraphone, Texture.Pad, 64, 50)],
            null,
            Marimba
        ),
        new(
            PieceKind.Ensemble,
            "marimba and percussion",
            Genre.Afro,
            Marimba,
            [new(Marimba, Texture.Ostinato, 60, 60), new(Kalimba, Texture.OffBeat, 66, 54)],
            "hand percussion groove"
        ),
        new(
            PieceKind.Ensemble,
            "Middle Eastern trio",
            Genre.MiddleEastern,
            Shanai,
            [new(NylonGuitar, Texture.Ostinato, 57, 58), new(AcousticBass, Texture.RootBass, 33, 66)],
            "hand percussion groove"
        ),
        new(
            PieceKind.Ensemble,
            "music box and strings",
            Genre.Lullaby,
            MusicBox,
            [new(StringEnsemble2, Texture.Pad, 60, 46), new(MusicBox, Texture.Arpeggio, 72, 52)]
        ),
        new(
            PieceKind.Ensemble,
            "glockenspiel and ukulele-style guitar",
            Genre.Folk,
            Glockenspiel,
            [new(NylonGuitar, Texture.Strum, 62, 60), new(AcousticBass, Texture.RootBass, 33, 62)]
        ),
        new(
            PieceKind.Ensemble,
            "samba percussion and flute",
            Genre.Samba,
            Flute,
            [new(NylonGuitar, Texture.OffBeat, 57, 62), new(AcousticBass, Texture.RootBass, 33, 68)],
            "samba beat"
        ),
        new(
            PieceKind.Ensemble,
            "sax and guitar combo",
            Genre.BossaNova,
            TenorSax,
            [new(NylonGuitar, Texture.OffBeat, 57, 62), new(AcousticBass, Texture.RootBass, 33, 66)],
            "bossa nova beat"
        ),
        new(PieceKind.Ensemble, "a cappella choir", Genre.Hymn, ChoirAahs, [new(ChoirAahs, Texture.Hymn, 57, 66)], null, VoiceOohs),
    ];
}
