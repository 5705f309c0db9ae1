using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>
/// Solos and duos made up from any instruments: the instrument families take turns, so that each is heard alone and in
/// company of one other about as often as every other.
/// </summary>
internal static class SmallEnsembles
{
    // Programs that play alone as a line, programs that accompany themselves with a texture, genres.
    private static readonly (int[] Lines, (int Program, Texture[] Textures, int Centre)[] Alone, string[] Genres)[] Families =
    [
        (
            [0, 4],
            [
                (0, [Texture.Arpeggio, Texture.Block, Texture.Alberti, Texture.UpDown], 55),
                (4, [Texture.Block, Texture.Arpeggio], 57),
                (5, [Texture.Block, Texture.UpDown], 57),
                (6, [Texture.Block, Texture.Alberti], 59),
            ],
            ["ballad", "romantic", "classical", "new age", "cool jazz", "cinematic", "minimal", "pop"]
        ),
        (
            [73, 71, 68, 74, 65, 66, 64, 70, 69, 72, 75, 77, 78, 79],
            [],
            ["classical", "baroque", "folk", "celtic", "romantic", "new age", "ballad", "cinematic", "world"]
        ),
        (
            [24, 25, 26, 27],
            [
                (24, [Texture.Arpeggio, Texture.UpDown], 54),
                (25, [Texture.Strum, Texture.Arpeggio], 54),
                (26, [Texture.Block, Texture.Arpeggio], 55),
                (27, [Texture.Arpeggio, Texture.UpDown], 55),
            ],
            ["folk", "ballad", "country", "new age", "blues", "soft rock", "cool jazz"]
        ),
        (
            [40, 41, 42, 43],
            [
                (46, [Texture.Arpeggio, Texture.Rolled], 57),
                (48, [Texture.Pad, Texture.Hymn], 57),
                (45, [Texture.Arpeggio, Texture.UpDown], 58),
            ],
            ["baroque", "classical", "romantic", "cinematic", "ballad", "minimal"]
        ),
        (
            [80, 81, 87],
            [
                (81, [Texture.Arpeggio, Texture.Ostinato], 57),
                (80, [Texture.Arpeggio, Texture.Ostinato], 59),
                (90, [Texture.Pad, Texture.Block], 57),
                (88, [Texture.Pad, Texture.UpDown], 57),
            ],
            ["synthwave", "ambient", "chiptune", "new age", "minimal", "trance", "cinematic"]
        ),
        (
            [11],
            [
                (13, [Texture.UpDown, Texture.Arpeggio], 72),
                (11, [Texture.Block, Texture.UpDown], 60),
                (12, [Texture.Ostinato, Texture.Arpeggio], 60),
                (8, [Texture.UpDown, Texture.Arpeggio], 70),
                (10, [Texture.Arpeggio], 72),
                (15, [Texture.Arpeggio, Texture.UpDown], 60),
            ],
            ["minimal", "lullaby", "new age", "cool jazz", "folk", "ballad"]
        ),
        ([56, 57, 60, 58, 59], [], ["classical", "march", "baroque", "ballad", "cinematic", "cool jazz", "romantic"]),
        (
            [21, 22, 23],
            [
                (16, [Texture.Block, Texture.Hymn], 57),
                (18, [Texture.Block], 57),
                (19, [Texture.Hymn, Texture.Pad], 57),
                (20, [Texture.Hymn], 57),
                (21, [Texture.Block, Texture.Waltz], 58),
            ],
            ["hymn", "gospel", "folk", "blues", "baroque", "tango"]
        ),
        (
            [106, 107, 104, 109],
            [(107, [Texture.Arpeggio, Texture.Rolled], 60), (108, [Texture.Ostinato, Texture.Arpeggio], 64), (105, [Texture.UpDown], 60)],
            ["world", "folk", "new age", "minimal", "ambient"]
        ),
        (
            [52, 53, 54],
            [(52, [Texture.Hymn, Texture.Pad], 57), (53, [Texture.Hymn, Texture.Pad], 57), (54, [Texture.Pad], 57)],
            ["hymn", "cinematic", "new age", "lullaby", "romantic", "ballad"]
        ),
        ([32, 33, 35, 36, 38], [], ["cool jazz", "funk", "blues", "soul", "fusion", "ballad"]),
    ];

    /// <summary>Programs that play a line alone: those whose long notes can be heard to their end.</summary>
    public static IEnumerable<int> Lines => Families.SelectMany(family => family.Lines);

    // Voices, the world's instruments and brass have few places elsewhere and get two turns.
    private static readonly int[] Turns = [0, 1, 8, 2, 9, 6, 3, 4, 5, 6, 8, 7, 9, 10];

    // Who accompanies one other player, how, and around which key.
    private static readonly (int Program, Texture[] Textures, int Centre, bool WithBass)[] Partners =
    [
        (0, [Texture.Arpeggio, Texture.Block, Texture.Alberti], 56, true),
        (24, [Texture.UpDown, Texture.Arpeggio], 54, true),
        (25, [Texture.Strum, Texture.Arpeggio], 54, true),
        (46, [Texture.Arpeggio, Texture.Rolled], 57, true),
        (48, [Texture.Pad], 56, true),
        (89, [Texture.Pad], 56, true),
        (19, [Texture.Hymn], 55, true),
        (4, [Texture.Block, Texture.Arpeggio], 57, true),
        (11, [Texture.Block, Texture.UpDown], 60, false),
        (12, [Texture.Ostinato, Texture.OffBeat], 59, false),
        (21, [Texture.Block, Texture.Pad], 57, true),
        (52, [Texture.Pad, Texture.Hymn], 56, true),
        (16, [Texture.Pad, Texture.Block], 56, true),
        (6, [Texture.Block, Texture.Alberti], 58, true),
        (107, [Texture.Arpeggio], 59, true),
        (108, [Texture.Ostinato], 62, false),
        (90, [Texture.Pad], 57, true),
        (10, [Texture.Arpeggio], 72, false),
        (42, [Texture.RootBass], 38, false),
        (32, [Texture.WalkingBass], 33, false),
        (26, [Texture.Block, Texture.OffBeat], 55, true),
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
                "solo",
                "solo " + Instruments.Of(program).Name,
                genre,
                program,
                [new(program, random.Pick(textures), centre, 62, true)]
            );
        }
        var line = random.Pick(lines);
        return new("solo", "solo " + Instruments.Of(line).Name, genre, line, []);
    }

    /// <summary>A tune on an instrument of the family whose turn it is, and one other player.</summary>
    public static Ensemble Duo(int turn, SeededRandom random)
    {
        var (lines, alone, genres) = Families[Turns[turn % Turns.Length]];
        int[] leads = [.. lines, .. alone.Select(item => item.Program)];
        var lead = random.Pick(leads);
        var (program, textures, centre, withBass) = random.Pick([.. Partners.Where(partner => partner.Program != lead)]);
        var texture = random.Pick(textures);
        var genre = texture == Texture.WalkingBass ? random.Pick(["cool jazz", "blues", "swing"]) : random.Pick(genres);
        return new(
            "ensemble",
            $"{Instruments.Of(lead).Name} and {Instruments.Of(program).Name} duo",
            genre,
            lead,
            [new(program, texture, centre, 60, withBass)]
        );
    }
}
