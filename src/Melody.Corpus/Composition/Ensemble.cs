using Melody.Corpus.Records;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>A chair of an ensemble that plays chords or bass.</summary>
internal sealed record Chair(int Program, Texture Texture, int Centre, int Loudness, bool WithBass = false);

/// <summary>Players without a groove: solos, duos and small ensembles with accompaniment patterns of our own.</summary>
/// <param name="Kind">Solo, ensemble or ambient.</param>
/// <param name="Name">For example "flute and harp duo".</param>
/// <param name="Family">Genre family.</param>
/// <param name="Lead">Program of the tune, or -1 where there is none.</param>
/// <param name="Chairs">Who accompanies.</param>
/// <param name="Drums">Name of a drum pattern, or null.</param>
/// <param name="CounterProgram">Program of a second voice, or -1.</param>
internal sealed record Ensemble(
    PieceKind Kind,
    string Name,
    Genre Family,
    int Lead,
    Chair[] Chairs,
    string? Drums = null,
    int CounterProgram = -1
)
{
    private static Ensemble Alone(string name, Genre family, int program, Texture texture, int centre) =>
        new(PieceKind.Solo, name, family, program, [new(program, texture, centre, 62, true)]);

    private static Ensemble Duo(string name, Genre family, int lead, int program, Texture texture, int centre, bool withBass = true) =>
        new(PieceKind.Ensemble, name, family, lead, [new(program, texture, centre, 60, withBass)]);

    /// <summary>Every ensemble.</summary>
    public static IReadOnlyList<Ensemble> All { get; } =
    [
        Alone("solo piano", Genre.Romantic, GrandPiano, Texture.Arpeggio, 55),
        Alone("solo piano", Genre.Classical, GrandPiano, Texture.Alberti, 60),
        Alone("solo piano", Genre.Waltz, GrandPiano, Texture.Waltz, 56),
        Alone("solo piano", Genre.Ragtime, HonkyTonkPiano, Texture.Stride, 56),
        Alone("solo piano", Genre.Boogie, GrandPiano, Texture.Boogie, 60),
        Alone("solo piano", Genre.Ballad, GrandPiano, Texture.Block, 56),
        Alone("solo piano", Genre.NewAge, GrandPiano, Texture.UpDown, 56),
        Alone("solo electric piano", Genre.Soul, ElectricPiano1, Texture.Block, 57),
        Alone("solo guitar", Genre.Folk, SteelGuitar, Texture.Strum, 55),
        Alone("solo classical guitar", Genre.Classical, NylonGuitar, Texture.UpDown, 55),
        Alone("solo guitar", Genre.Flamenco, NylonGuitar, Texture.Arpeggio, 54),
        Alone("solo guitar", Genre.Country, SteelGuitar, Texture.Arpeggio, 54),
        Alone("solo harp", Genre.NewAge, Harp, Texture.Rolled, 57),
        Alone("solo harp", Genre.Celtic, Harp, Texture.Arpeggio, 58),
        Alone("solo organ", Genre.Hymn, ChurchOrgan, Texture.Hymn, 57),
        Alone("solo harpsichord", Genre.Baroque, Harpsichord, Texture.Alberti, 60),
        Alone("solo marimba", Genre.Minimal, Marimba, Texture.Ostinato, 60),
        Alone("solo music box", Genre.Lullaby, MusicBox, Texture.Arpeggio, 72),
        Alone("solo accordion", Genre.Waltz, Accordion, Texture.Waltz, 58),
        Alone("solo vibraphone", Genre.CoolJazz, Vibraphone, Texture.Block, 60),
        Alone("solo kalimba", Genre.Afro, Kalimba, Texture.Ostinato, 64),
        Alone("solo koto", Genre.World, Koto, Texture.Arpeggio, 60),
        Alone("solo celesta", Genre.Lullaby, Celesta, Texture.UpDown, 72),
        Alone("solo banjo", Genre.Bluegrass, Banjo, Texture.UpDown, 60),
        new(PieceKind.Solo, "unaccompanied flute", Genre.Classical, Flute, []),
        new(PieceKind.Solo, "unaccompanied violin", Genre.Baroque, Violin, []),
        new(PieceKind.Solo, "unaccompanied cello", Genre.Baroque, Cello, []),
        new(PieceKind.Solo, "unaccompanied clarinet", Genre.Classical, Clarinet, []),
        new(PieceKind.Solo, "unaccompanied shakuhachi", Genre.World, Shakuhachi, []),
        new(PieceKind.Solo, "solo fiddle", Genre.Celtic, Fiddle, []),
        new(PieceKind.Solo, "solo bagpipes", Genre.Celtic, Bagpipe, []),
        new(PieceKind.Solo, "solo recorder", Genre.Baroque, Recorder, []),
        new(PieceKind.Solo, "unaccompanied trumpet", Genre.Classical, Trumpet, []),
        new(PieceKind.Solo, "solo French horn", Genre.Romantic, FrenchHorn, []),
        new(PieceKind.Solo, "unaccompanied trombone", Genre.Ballad, Trombone, []),
        new(PieceKind.Solo, "solo tuba", Genre.March, Tuba, []),
        new(PieceKind.Solo, "solo tenor sax", Genre.CoolJazz, TenorSax, []),
        new(PieceKind.Solo, "solo double bass", Genre.CoolJazz, AcousticBass, []),
        Alone("brass section", Genre.Hymn, BrassSection, Texture.Hymn, 57),
        Alone("brass section", Genre.March, BrassSection, Texture.Block, 57),
        Duo("flute and harp duo", Genre.Romantic, Flute, Harp, Texture.Arpeggio, 57),
        Duo("violin and piano duo", Genre.Romantic, Violin, GrandPiano, Texture.Arpeggio, 55),
        Duo("cello and piano duo", Genre.Romantic, Cello, GrandPiano, Texture.Arpeggio, 60),
        Duo("clarinet and piano duo", Genre.Classical, Clarinet, GrandPiano, Texture.Alberti, 60),
        Duo("flute and guitar duo", Genre.Classical, Flute, NylonGuitar, Texture.UpDown, 54),
        Duo("oboe and harpsichord duo", Genre.Baroque, Oboe, Harpsichord, Texture.Block, 57),
        Duo("trumpet and organ duo", Genre.Baroque, Trumpet, ChurchOrgan, Texture.Hymn, 56),
        Duo("harmonica and guitar duo", Genre.Folk, Harmonica, SteelGuitar, Texture.Strum, 54),
        Duo("violin and accordion duo", Genre.Tango, Violin, TangoAccordion, Texture.Pulse, 58),
        Duo("saxophone and piano duo", Genre.CoolJazz, TenorSax, GrandPiano, Texture.Block, 57),
        Duo("fiddle and guitar duo", Genre.Celtic, Fiddle, SteelGuitar, Texture.Strum, 54),
        Duo("tin whistle and harp duo", Genre.Celtic, Whistle, Harp, Texture.Arpeggio, 57),
        Duo("sitar and drone duo", Genre.World, Sitar, Bagpipe, Texture.Pad, 52, false),
        Duo("pan flute and guitar duo", Genre.World, PanFlute, SteelGuitar, Texture.Arpeggio, 54),
        Duo("French horn and piano duo", Genre.Romantic, FrenchHorn, GrandPiano, Texture.Arpeggio, 55),
        Duo("viola and piano duo", Genre.Romantic, Viola, GrandPiano, Texture.Arpeggio, 55),
        Duo("muted trumpet and guitar duo", Genre.BossaNova, MutedTrumpet, NylonGuitar, Texture.OffBeat, 55),
        Duo("choir and organ", Genre.Hymn, ChoirAahs, ChurchOrgan, Texture.Hymn, 55),
        Duo("piccolo and piano duo", Genre.Polka, Piccolo, GrandPiano, Texture.Stride, 57),
        Duo("bassoon and piano duo", Genre.Classical, Bassoon, GrandPiano, Texture.Alberti, 64),
        Duo("English horn and strings", Genre.Romantic, EnglishHorn, StringEnsemble1, Texture.Pad, 55),
        Duo("shamisen and koto duo", Genre.World, Shamisen, Koto, Texture.Arpeggio, 57),
        Duo("shanai and harmonium duo", Genre.MiddleEastern, Shanai, ReedOrgan, Texture.Pad, 55),
        Duo("ocarina and harp duo", Genre.NewAge, Ocarina, Harp, Texture.Arpeggio, 57),
        Duo("dulcimer and guitar duo", Genre.Folk, Dulcimer, SteelGuitar, Texture.UpDown, 54),
        Duo("steel drums and marimba duo", Genre.Calypso, SteelDrums, Marimba, Texture.OffBeat, 57),
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
        new(
            PieceKind.Ambient,
            "warm synth pads",
            Genre.Ambient,
            -1,
            [new(WarmPad, Texture.Pad, 57, 62, true), new(NewAgePad, Texture.Pad, 69, 48)]
        ),
        new(PieceKind.Ambient, "pads and bells", Genre.Ambient, TubularBells, [new(WarmPad, Texture.Pad, 57, 60, true)]),
        new(PieceKind.Ambient, "pads and piano", Genre.Ambient, GrandPiano, [new(ChoirPad, Texture.Pad, 57, 60, true)]),
        new(
            PieceKind.Ambient,
            "choir pad drone",
            Genre.Ambient,
            -1,
            [new(ChoirPad, Texture.Pad, 60, 60, true), new(SweepPad, Texture.Pad, 67, 46)]
        ),
        new(
            PieceKind.Ambient,
            "bowed glass pads",
            Genre.Ambient,
            -1,
            [new(BowedPad, Texture.Pad, 60, 62, true), new(CrystalEffect, Texture.Arpeggio, 72, 44)]
        ),
        new(PieceKind.Ambient, "harp and pads", Genre.NewAge, Harp, [new(HaloPad, Texture.Pad, 57, 58, true)]),
        new(
            PieceKind.Ambient,
            "strings and atmosphere",
            Genre.Cinematic,
            -1,
            [new(StringEnsemble2, Texture.Pad, 57, 60, true), new(AtmosphereEffect, Texture.Pad, 64, 52)]
        ),
        new(PieceKind.Ambient, "flute over pads", Genre.NewAge, Flute, [new(NewAgePad, Texture.Pad, 57, 58, true)]),
        new(
            PieceKind.Ambient,
            "electric piano and pads",
            Genre.Ambient,
            ElectricPiano1,
            [new(WarmPad, Texture.Pad, 57, 58, true), new(PolysynthPad, Texture.Pad, 64, 42)]
        ),
        new(
            PieceKind.Ambient,
            "sweeping pads",
            Genre.Ambient,
            -1,
            [new(SweepPad, Texture.Pad, 55, 64, true), new(MetallicPad, Texture.Pad, 67, 46)]
        ),
        new(
            PieceKind.Ambient,
            "dark drone",
            Genre.Cinematic,
            -1,
            [new(SynthStrings1, Texture.Pad, 48, 64, true), new(SoundtrackEffect, Texture.Pad, 55, 54)]
        ),
    ];
}
