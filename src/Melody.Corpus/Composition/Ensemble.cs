namespace Melody.Corpus.Composition;

/// <summary>A chair of an ensemble that plays chords or bass.</summary>
internal sealed record Chair(int Program, Texture Texture, int Centre, int Loudness, bool WithBass = false);

/// <summary>Players without a groove: solos, duos and small ensembles with accompaniment patterns of our own.</summary>
/// <param name="Kind">"solo", "ensemble" or "ambient".</param>
/// <param name="Name">For example "flute and harp duo".</param>
/// <param name="Family">Genre family.</param>
/// <param name="Lead">Program of the tune, or -1 where there is none.</param>
/// <param name="Chairs">Who accompanies.</param>
/// <param name="Drums">Name of a drum pattern, or null.</param>
/// <param name="CounterProgram">Program of a second voice, or -1.</param>
internal sealed record Ensemble(
    string Kind,
    string Name,
    string Family,
    int Lead,
    Chair[] Chairs,
    string? Drums = null,
    int CounterProgram = -1
)
{
    private static Ensemble Alone(string name, string family, int program, Texture texture, int centre) =>
        new("solo", name, family, program, [new(program, texture, centre, 62, true)]);

    private static Ensemble Duo(string name, string family, int lead, int program, Texture texture, int centre, bool withBass = true) =>
        new("ensemble", name, family, lead, [new(program, texture, centre, 60, withBass)]);

    /// <summary>Every ensemble.</summary>
    public static IReadOnlyList<Ensemble> All { get; } =
    [
        Alone("solo piano", "romantic", 0, Texture.Arpeggio, 55),
        Alone("solo piano", "classical", 0, Texture.Alberti, 60),
        Alone("solo piano", "waltz", 0, Texture.Waltz, 56),
        Alone("solo piano", "ragtime", 3, Texture.Stride, 56),
        Alone("solo piano", "boogie", 0, Texture.Boogie, 60),
        Alone("solo piano", "ballad", 0, Texture.Block, 56),
        Alone("solo piano", "new age", 0, Texture.UpDown, 56),
        Alone("solo electric piano", "soul", 4, Texture.Block, 57),
        Alone("solo guitar", "folk", 25, Texture.Strum, 55),
        Alone("solo classical guitar", "classical", 24, Texture.UpDown, 55),
        Alone("solo guitar", "flamenco", 24, Texture.Arpeggio, 54),
        Alone("solo guitar", "country", 25, Texture.Arpeggio, 54),
        Alone("solo harp", "new age", 46, Texture.Rolled, 57),
        Alone("solo harp", "celtic", 46, Texture.Arpeggio, 58),
        Alone("solo organ", "hymn", 19, Texture.Hymn, 57),
        Alone("solo harpsichord", "baroque", 6, Texture.Alberti, 60),
        Alone("solo marimba", "minimal", 12, Texture.Ostinato, 60),
        Alone("solo music box", "lullaby", 10, Texture.Arpeggio, 72),
        Alone("solo accordion", "waltz", 21, Texture.Waltz, 58),
        Alone("solo vibraphone", "cool jazz", 11, Texture.Block, 60),
        Alone("solo kalimba", "afro", 108, Texture.Ostinato, 64),
        Alone("solo koto", "world", 107, Texture.Arpeggio, 60),
        Alone("solo celesta", "lullaby", 8, Texture.UpDown, 72),
        Alone("solo banjo", "bluegrass", 105, Texture.UpDown, 60),
        new("solo", "unaccompanied flute", "classical", 73, []),
        new("solo", "unaccompanied violin", "baroque", 40, []),
        new("solo", "unaccompanied cello", "baroque", 42, []),
        new("solo", "unaccompanied clarinet", "classical", 71, []),
        new("solo", "unaccompanied shakuhachi", "world", 77, []),
        new("solo", "solo fiddle", "celtic", 110, []),
        new("solo", "solo bagpipes", "celtic", 109, []),
        new("solo", "solo recorder", "baroque", 74, []),
        new("solo", "unaccompanied trumpet", "classical", 56, []),
        new("solo", "solo French horn", "romantic", 60, []),
        new("solo", "unaccompanied trombone", "ballad", 57, []),
        new("solo", "solo tuba", "march", 58, []),
        new("solo", "solo tenor sax", "cool jazz", 66, []),
        new("solo", "solo double bass", "cool jazz", 32, []),
        Alone("brass section", "hymn", 61, Texture.Hymn, 57),
        Alone("brass section", "march", 61, Texture.Block, 57),
        Duo("flute and harp duo", "romantic", 73, 46, Texture.Arpeggio, 57),
        Duo("violin and piano duo", "romantic", 40, 0, Texture.Arpeggio, 55),
        Duo("cello and piano duo", "romantic", 42, 0, Texture.Arpeggio, 60),
        Duo("clarinet and piano duo", "classical", 71, 0, Texture.Alberti, 60),
        Duo("flute and guitar duo", "classical", 73, 24, Texture.UpDown, 54),
        Duo("oboe and harpsichord duo", "baroque", 68, 6, Texture.Block, 57),
        Duo("trumpet and organ duo", "baroque", 56, 19, Texture.Hymn, 56),
        Duo("harmonica and guitar duo", "folk", 22, 25, Texture.Strum, 54),
        Duo("violin and accordion duo", "tango", 40, 23, Texture.Pulse, 58),
        Duo("saxophone and piano duo", "cool jazz", 66, 0, Texture.Block, 57),
        Duo("fiddle and guitar duo", "celtic", 110, 25, Texture.Strum, 54),
        Duo("tin whistle and harp duo", "celtic", 78, 46, Texture.Arpeggio, 57),
        Duo("sitar and drone duo", "world", 104, 109, Texture.Pad, 52, false),
        Duo("pan flute and guitar duo", "world", 75, 25, Texture.Arpeggio, 54),
        Duo("French horn and piano duo", "romantic", 60, 0, Texture.Arpeggio, 55),
        Duo("viola and piano duo", "romantic", 41, 0, Texture.Arpeggio, 55),
        Duo("muted trumpet and guitar duo", "bossa nova", 59, 24, Texture.OffBeat, 55),
        Duo("choir and organ", "hymn", 52, 19, Texture.Hymn, 55),
        Duo("piccolo and piano duo", "polka", 72, 0, Texture.Stride, 57),
        Duo("bassoon and piano duo", "classical", 70, 0, Texture.Alberti, 64),
        Duo("English horn and strings", "romantic", 69, 48, Texture.Pad, 55),
        Duo("shamisen and koto duo", "world", 106, 107, Texture.Arpeggio, 57),
        Duo("shanai and harmonium duo", "middle eastern", 111, 20, Texture.Pad, 55),
        Duo("ocarina and harp duo", "new age", 79, 46, Texture.Arpeggio, 57),
        Duo("dulcimer and guitar duo", "folk", 15, 25, Texture.UpDown, 54),
        Duo("steel drums and marimba duo", "calypso", 114, 12, Texture.OffBeat, 57),
        new(
            "ensemble",
            "string quartet",
            "classical",
            40,
            [new(40, Texture.Pulse, 67, 56), new(41, Texture.Pulse, 60, 54), new(42, Texture.RootBass, 36, 64)],
            null,
            41
        ),
        new("ensemble", "string quartet", "romantic", 40, [new(41, Texture.Pad, 60, 58), new(42, Texture.RootBass, 36, 64)], null, 40),
        new(
            "ensemble",
            "string quartet",
            "minimal",
            40,
            [new(40, Texture.Ostinato, 67, 54), new(41, Texture.Pulse, 60, 54), new(42, Texture.RootBass, 36, 64)],
            null,
            41
        ),
        new(
            "ensemble",
            "string quartet",
            "cinematic",
            40,
            [new(40, Texture.Pad, 67, 54), new(41, Texture.Ostinato, 60, 54), new(42, Texture.RootBass, 36, 64)]
        ),
        new("ensemble", "string trio", "baroque", 40, [new(41, Texture.Alberti, 60, 56), new(42, Texture.WalkingBass, 36, 64)]),
        new("ensemble", "pizzicato strings", "waltz", 40, [new(45, Texture.Waltz, 60, 66, true)]),
        new(
            "ensemble",
            "piano trio",
            "romantic",
            40,
            [new(0, Texture.Arpeggio, 56, 56, true), new(42, Texture.RootBass, 38, 60)],
            null,
            42
        ),
        new(
            "ensemble",
            "woodwind quintet",
            "classical",
            73,
            [new(71, Texture.Alberti, 68, 54), new(60, Texture.Pad, 57, 50), new(70, Texture.RootBass, 36, 62)],
            null,
            68
        ),
        new(
            "ensemble",
            "brass quintet",
            "march",
            56,
            [new(60, Texture.OffBeat, 58, 58), new(57, Texture.Pad, 53, 54), new(58, Texture.RootBass, 31, 66)],
            null,
            56
        ),
        new(
            "ensemble",
            "chamber orchestra",
            "classical",
            68,
            [new(48, Texture.Pulse, 62, 56), new(60, Texture.Pad, 55, 48), new(43, Texture.RootBass, 31, 62)],
            null,
            73
        ),
        new(
            "ensemble",
            "cinematic orchestra",
            "cinematic",
            60,
            [
                new(48, Texture.Ostinato, 57, 60),
                new(49, Texture.Pad, 62, 56),
                new(61, Texture.Pad, 53, 52),
                new(43, Texture.PulseBass, 31, 68),
            ],
            "tom groove",
            48
        ),
        new(
            "ensemble",
            "string orchestra",
            "cinematic",
            48,
            [new(49, Texture.Pad, 58, 58), new(45, Texture.Arpeggio, 60, 54), new(43, Texture.RootBass, 31, 62)]
        ),
        new(
            "ensemble",
            "tremolo strings and horns",
            "cinematic",
            60,
            [new(44, Texture.Tremolo, 62, 60), new(43, Texture.RootBass, 31, 66)]
        ),
        new("ensemble", "baroque ensemble", "baroque", 40, [new(6, Texture.Block, 58, 58), new(42, Texture.WalkingBass, 38, 62)], null, 73),
        new("ensemble", "jazz trio", "cool jazz", 0, [new(0, Texture.OffBeat, 57, 52), new(32, Texture.WalkingBass, 33, 70)], "swing beat"),
        new("ensemble", "jazz quartet", "swing", 66, [new(0, Texture.OffBeat, 58, 54), new(32, Texture.WalkingBass, 33, 70)], "swing beat"),
        new("ensemble", "guitar and bass duo", "swing", 26, [new(26, Texture.Block, 55, 54), new(32, Texture.WalkingBass, 33, 70)]),
        new("ensemble", "folk trio", "celtic", 110, [new(25, Texture.Strum, 55, 60), new(21, Texture.Pad, 58, 50)], null, 78),
        new(
            "ensemble",
            "bluegrass band",
            "bluegrass",
            110,
            [new(105, Texture.UpDown, 62, 60), new(25, Texture.Strum, 55, 56), new(32, Texture.RootBass, 31, 70)]
        ),
        new("ensemble", "chiptune", "chiptune", 80, [new(81, Texture.Ostinato, 64, 58), new(38, Texture.PulseBass, 33, 70)], "rock beat"),
        new(
            "ensemble",
            "chiptune",
            "chiptune",
            81,
            [new(80, Texture.Arpeggio, 66, 58), new(39, Texture.PulseBass, 33, 70)],
            "four-on-the-floor beat"
        ),
        new(
            "ensemble",
            "synthwave band",
            "synthwave",
            81,
            [new(90, Texture.Pad, 57, 60), new(81, Texture.Ostinato, 60, 48), new(38, Texture.PulseBass, 33, 76)],
            "rock beat"
        ),
        new(
            "ensemble",
            "synth trio",
            "techno",
            87,
            [new(81, Texture.Ostinato, 58, 58), new(38, Texture.PulseBass, 33, 76)],
            "four-on-the-floor beat"
        ),
        new(
            "ensemble",
            "synth pads and lead",
            "trance",
            81,
            [new(90, Texture.Pad, 60, 60), new(84, Texture.Ostinato, 67, 54), new(38, Texture.PulseBass, 33, 76)],
            "four-on-the-floor beat"
        ),
        new(
            "ensemble",
            "drum and bass trio",
            "drum and bass",
            80,
            [new(89, Texture.Pad, 60, 62), new(38, Texture.RootBass, 31, 80)],
            "drum and bass beat"
        ),
        new(
            "ensemble",
            "beat tape trio",
            "hip hop",
            4,
            [new(4, Texture.Block, 57, 56), new(33, Texture.RootBass, 31, 74)],
            "boom bap beat"
        ),
        new("ensemble", "trap band", "hip hop", 11, [new(89, Texture.Pad, 57, 56), new(38, Texture.RootBass, 29, 84)], "trap beat"),
        new("ensemble", "downtempo trio", "trip hop", 11, [new(4, Texture.Pad, 57, 60), new(35, Texture.RootBass, 31, 72)], "breakbeat"),
        new(
            "ensemble",
            "house band",
            "house",
            4,
            [new(4, Texture.OffBeat, 60, 64), new(39, Texture.PulseBass, 33, 74)],
            "four-on-the-floor beat"
        ),
        new("ensemble", "funk band", "funk", 65, [new(7, Texture.OffBeat, 60, 62), new(36, Texture.PulseBass, 33, 76)], "funk beat"),
        new(
            "ensemble",
            "reggae band",
            "reggae",
            18,
            [new(28, Texture.OffBeat, 58, 66), new(33, Texture.RootBass, 31, 80)],
            "reggae one drop"
        ),
        new("ensemble", "power trio", "hard rock", 29, [new(30, Texture.Pulse, 50, 58), new(34, Texture.PulseBass, 31, 76)], "rock beat"),
        new("ensemble", "punk trio", "punk", 29, [new(30, Texture.Pulse, 52, 60), new(34, Texture.PulseBass, 31, 80)], "rock beat"),
        new(
            "ensemble",
            "soft rock band",
            "soft rock",
            27,
            [new(25, Texture.Strum, 55, 58), new(4, Texture.Pad, 57, 50), new(33, Texture.RootBass, 31, 72)],
            "rock beat"
        ),
        new("ensemble", "marimba ensemble", "minimal", 12, [new(12, Texture.Ostinato, 60, 60), new(11, Texture.Pad, 64, 50)], null, 12),
        new(
            "ensemble",
            "marimba and percussion",
            "afro",
            12,
            [new(12, Texture.Ostinato, 60, 60), new(108, Texture.OffBeat, 66, 54)],
            "hand percussion groove"
        ),
        new(
            "ensemble",
            "Middle Eastern trio",
            "middle eastern",
            111,
            [new(24, Texture.Ostinato, 57, 58), new(32, Texture.RootBass, 33, 66)],
            "hand percussion groove"
        ),
        new("ensemble", "music box and strings", "lullaby", 10, [new(49, Texture.Pad, 60, 46), new(10, Texture.Arpeggio, 72, 52)]),
        new(
            "ensemble",
            "glockenspiel and ukulele-style guitar",
            "folk",
            9,
            [new(24, Texture.Strum, 62, 60), new(32, Texture.RootBass, 33, 62)]
        ),
        new(
            "ensemble",
            "samba percussion and flute",
            "samba",
            73,
            [new(24, Texture.OffBeat, 57, 62), new(32, Texture.RootBass, 33, 68)],
            "samba beat"
        ),
        new(
            "ensemble",
            "sax and guitar combo",
            "bossa nova",
            66,
            [new(24, Texture.OffBeat, 57, 62), new(32, Texture.RootBass, 33, 66)],
            "bossa nova beat"
        ),
        new("ensemble", "a cappella choir", "hymn", 52, [new(52, Texture.Hymn, 57, 66)], null, 53),
        new("ambient", "warm synth pads", "ambient", -1, [new(89, Texture.Pad, 57, 62, true), new(88, Texture.Pad, 69, 48)]),
        new("ambient", "pads and bells", "ambient", 14, [new(89, Texture.Pad, 57, 60, true)]),
        new("ambient", "pads and piano", "ambient", 0, [new(91, Texture.Pad, 57, 60, true)]),
        new("ambient", "choir pad drone", "ambient", -1, [new(91, Texture.Pad, 60, 60, true), new(95, Texture.Pad, 67, 46)]),
        new("ambient", "bowed glass pads", "ambient", -1, [new(92, Texture.Pad, 60, 62, true), new(98, Texture.Arpeggio, 72, 44)]),
        new("ambient", "harp and pads", "new age", 46, [new(94, Texture.Pad, 57, 58, true)]),
        new("ambient", "strings and atmosphere", "cinematic", -1, [new(49, Texture.Pad, 57, 60, true), new(99, Texture.Pad, 64, 52)]),
        new("ambient", "flute over pads", "new age", 73, [new(88, Texture.Pad, 57, 58, true)]),
        new("ambient", "electric piano and pads", "ambient", 4, [new(89, Texture.Pad, 57, 58, true), new(90, Texture.Pad, 64, 42)]),
        new("ambient", "sweeping pads", "ambient", -1, [new(95, Texture.Pad, 55, 64, true), new(93, Texture.Pad, 67, 46)]),
        new("ambient", "dark drone", "cinematic", -1, [new(50, Texture.Pad, 48, 64, true), new(97, Texture.Pad, 55, 54)]),
    ];
}
