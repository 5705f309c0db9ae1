using Melody.Corpus.Records;
using Melody.Music;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>
/// Solos and duos made up from any instruments: the instrument families take turns, so that each is heard alone and in
/// company of one other about as often as every other.
/// </summary>
internal static class SmallEnsembles
{
    // programs that play alone as a line, programs that accompany themselves with a texture, genres
    private static readonly (int[] Lines, (int Program, Texture[] Textures, int Centre)[] Alone, Genre[] Genres)[] Families =
    [
        (
            [GrandPiano, ElectricPiano1],
            [
                (GrandPiano, [Texture.Arpeggio, Texture.Block, Texture.Alberti, Texture.UpDown], 55),
                (ElectricPiano1, [Texture.Block, Texture.Arpeggio], 57),
                (ElectricPiano2, [Texture.Block, Texture.UpDown], 57),
                (Harpsichord, [Texture.Block, Texture.Alberti], 59),
            ],
            [Genre.Ballad, Genre.Romantic, Genre.Classical, Genre.NewAge, Genre.CoolJazz, Genre.Cinematic, Genre.Minimal, Genre.Pop]
        ),
        (
            [
                Flute,
                Clarinet,
                Oboe,
                Recorder,
                AltoSax,
                TenorSax,
                SopranoSax,
                Bassoon,
                EnglishHorn,
                Piccolo,
                PanFlute,
                Shakuhachi,
                Whistle,
                Ocarina,
            ],
            [],
            [
                Genre.Classical,
                Genre.Baroque,
                Genre.Folk,
                Genre.Celtic,
                Genre.Romantic,
                Genre.NewAge,
                Genre.Ballad,
                Genre.Cinematic,
                Genre.World,
            ]
        ),
        (
            [NylonGuitar, SteelGuitar, JazzGuitar, CleanGuitar],
            [
                (NylonGuitar, [Texture.Arpeggio, Texture.UpDown], 54),
                (SteelGuitar, [Texture.Strum, Texture.Arpeggio], 54),
                (JazzGuitar, [Texture.Block, Texture.Arpeggio], 55),
                (CleanGuitar, [Texture.Arpeggio, Texture.UpDown], 55),
            ],
            [Genre.Folk, Genre.Ballad, Genre.Country, Genre.NewAge, Genre.Blues, Genre.SoftRock, Genre.CoolJazz]
        ),
        (
            [Violin, Viola, Cello, Contrabass],
            [
                (Harp, [Texture.Arpeggio, Texture.Rolled], 57),
                (StringEnsemble1, [Texture.Pad, Texture.Hymn], 57),
                (PizzicatoStrings, [Texture.Arpeggio, Texture.UpDown], 58),
            ],
            [Genre.Baroque, Genre.Classical, Genre.Romantic, Genre.Cinematic, Genre.Ballad, Genre.Minimal]
        ),
        (
            [SquareLead, SawtoothLead, BassLead],
            [
                (SawtoothLead, [Texture.Arpeggio, Texture.Ostinato], 57),
                (SquareLead, [Texture.Arpeggio, Texture.Ostinato], 59),
                (PolysynthPad, [Texture.Pad, Texture.Block], 57),
                (NewAgePad, [Texture.Pad, Texture.UpDown], 57),
            ],
            [Genre.Synthwave, Genre.Ambient, Genre.Chiptune, Genre.NewAge, Genre.Minimal, Genre.Trance, Genre.Cinematic]
        ),
        (
            [Vibraphone],
            [
                (Xylophone, [Texture.UpDown, Texture.Arpeggio], 72),
                (Vibraphone, [Texture.Block, Texture.UpDown], 60),
                (Marimba, [Texture.Ostinato, Texture.Arpeggio], 60),
                (Celesta, [Texture.UpDown, Texture.Arpeggio], 70),
                (MusicBox, [Texture.Arpeggio], 72),
                (Dulcimer, [Texture.Arpeggio, Texture.UpDown], 60),
            ],
            [Genre.Minimal, Genre.Lullaby, Genre.NewAge, Genre.CoolJazz, Genre.Folk, Genre.Ballad]
        ),
        (
            [Trumpet, Trombone, FrenchHorn, Tuba, MutedTrumpet],
            [],
            [Genre.Classical, Genre.March, Genre.Baroque, Genre.Ballad, Genre.Cinematic, Genre.CoolJazz, Genre.Romantic]
        ),
        (
            [Accordion, Harmonica, TangoAccordion],
            [
                (DrawbarOrgan, [Texture.Block, Texture.Hymn], 57),
                (RockOrgan, [Texture.Block], 57),
                (ChurchOrgan, [Texture.Hymn, Texture.Pad], 57),
                (ReedOrgan, [Texture.Hymn], 57),
                (Accordion, [Texture.Block, Texture.Waltz], 58),
            ],
            [Genre.Hymn, Genre.Gospel, Genre.Folk, Genre.Blues, Genre.Baroque, Genre.Tango]
        ),
        (
            [Shamisen, Koto, Sitar, Bagpipe],
            [
                (Koto, [Texture.Arpeggio, Texture.Rolled], 60),
                (Kalimba, [Texture.Ostinato, Texture.Arpeggio], 64),
                (Banjo, [Texture.UpDown], 60),
            ],
            [Genre.World, Genre.Folk, Genre.NewAge, Genre.Minimal, Genre.Ambient]
        ),
        (
            [ChoirAahs, VoiceOohs, SynthVoice],
            [(ChoirAahs, [Texture.Hymn, Texture.Pad], 57), (VoiceOohs, [Texture.Hymn, Texture.Pad], 57), (SynthVoice, [Texture.Pad], 57)],
            [Genre.Hymn, Genre.Cinematic, Genre.NewAge, Genre.Lullaby, Genre.Romantic, Genre.Ballad]
        ),
        (
            [AcousticBass, FingeredBass, FretlessBass, SlapBass1, SynthBass1],
            [],
            [Genre.CoolJazz, Genre.Funk, Genre.Blues, Genre.Soul, Genre.Fusion, Genre.Ballad]
        ),
    ];

    /// <summary>Programs that play a line alone: those whose long notes can be heard to their end.</summary>
    public static IEnumerable<int> Lines => Families.SelectMany(family => family.Lines);

    // voices, the world's instruments and brass have few places elsewhere and get two turns
    private static readonly int[] Turns = [0, 1, 8, 2, 9, 6, 3, 4, 5, 6, 8, 7, 9, 10];

    // who accompanies one other player, how, and around which key
    private static readonly (int Program, Texture[] Textures, int Centre, bool WithBass)[] Partners =
    [
        (GrandPiano, [Texture.Arpeggio, Texture.Block, Texture.Alberti], 56, true),
        (NylonGuitar, [Texture.UpDown, Texture.Arpeggio], 54, true),
        (SteelGuitar, [Texture.Strum, Texture.Arpeggio], 54, true),
        (Harp, [Texture.Arpeggio, Texture.Rolled], 57, true),
        (StringEnsemble1, [Texture.Pad], 56, true),
        (WarmPad, [Texture.Pad], 56, true),
        (ChurchOrgan, [Texture.Hymn], 55, true),
        (ElectricPiano1, [Texture.Block, Texture.Arpeggio], 57, true),
        (Vibraphone, [Texture.Block, Texture.UpDown], 60, false),
        (Marimba, [Texture.Ostinato, Texture.OffBeat], 59, false),
        (Accordion, [Texture.Block, Texture.Pad], 57, true),
        (ChoirAahs, [Texture.Pad, Texture.Hymn], 56, true),
        (DrawbarOrgan, [Texture.Pad, Texture.Block], 56, true),
        (Harpsichord, [Texture.Block, Texture.Alberti], 58, true),
        (Koto, [Texture.Arpeggio], 59, true),
        (Kalimba, [Texture.Ostinato], 62, false),
        (PolysynthPad, [Texture.Pad], 57, true),
        (MusicBox, [Texture.Arpeggio], 72, false),
        (Cello, [Texture.RootBass], 38, false),
        (AcousticBass, [Texture.WalkingBass], 33, false),
        (JazzGuitar, [Texture.Block, Texture.OffBeat], 55, true),
    ];

    /// <summary>One player; every family gets its turn.</summary>
    public static Ensemble Solo(int turn, SeededRandom random)
    {
        var (lines, alone, genres) = Families[Turns[turn % Turns.Length]];
        var genre = random.Pick(genres);
        if (alone.Length > 0 && random.Chance(0.6))
        {
            var (program, textures, centre) = random.Pick(alone);
            return new(
                PieceKind.Solo,
                "solo " + Instruments.Of(program).Name,
                genre,
                program,
                [new(program, random.Pick(textures), centre, 62, true)]
            );
        }
        int line = random.Pick(lines);
        return new(PieceKind.Solo, "solo " + Instruments.Of(line).Name, genre, line, []);
    }

    /// <summary>A tune on an instrument of the family whose turn it is, and one other player.</summary>
    public static Ensemble Duo(int turn, SeededRandom random)
    {
        var (lines, alone, genres) = Families[Turns[turn % Turns.Length]];
        int[] leads = [.. lines, .. alone.Select(item => item.Program)];
        int lead = random.Pick(leads);
        var (program, textures, centre, withBass) = random.Pick([.. Partners.Where(partner => partner.Program != lead)]);
        var texture = random.Pick(textures);
        var genre = texture == Texture.WalkingBass ? random.Pick([Genre.CoolJazz, Genre.Blues, Genre.Swing]) : random.Pick(genres);
        return new(
            PieceKind.Ensemble,
            $"{Instruments.Of(lead).Name} and {Instruments.Of(program).Name} duo",
            genre,
            lead,
            [new(program, texture, centre, 60, withBass)]
        );
    }
}
