using Melody.Music;
using static Melody.Music.GmDrum;

namespace Melody.Corpus.Composition;

/// <summary>
/// Drum patterns of the common stock: a line an instrument, a sign a sixteenth (a third of a beat in compound and swung
/// metres): "X" accent, "x" hit, "o" soft, "." none.
/// </summary>
internal sealed record DrumPattern(string Name, int Beats, int StepsPerBeat, IReadOnlyList<(int Drum, string Steps)> Lines)
{
    /// <summary>Every pattern.</summary>
    public static IReadOnlyList<DrumPattern> All { get; } =
    [
        new("rock beat", 4, 4, [(Kick, "X.......X.x....."), (Snare, "....X.......X..."), (ClosedHiHat, "x.o.x.o.x.o.x.o.")]),
        new("half-time beat", 4, 4, [(Kick, "X.....x........."), (Snare, "........X......."), (ClosedHiHat, "x.o.x.o.x.o.x.o.")]),
        new(
            "four-on-the-floor beat",
            4,
            4,
            [(Kick, "X...X...X...X..."), (Clap, "....X.......X..."), (OpenHiHat, "..x...x...x...x."), (ClosedHiHat, "x.o.x.o.x.o.x.o.")]
        ),
        new(
            "disco beat",
            4,
            4,
            [(Kick, "X...X...X...X..."), (Snare, "....X.......X..."), (ClosedHiHat, "xox.xox.xox.xox."), (OpenHiHat, "..x...x...x...x.")]
        ),
        new("breakbeat", 4, 4, [(Kick, "X.x.......xx...."), (Snare, "....X..o.o..X..o"), (ClosedHiHat, "x.x.x.x.x.x.x.x.")]),
        new("boom bap beat", 4, 4, [(Kick, "X......x..X....."), (Snare, "....X.......X..."), (ClosedHiHat, "x.xox.x.x.xox.x.")]),
        new("trap beat", 4, 4, [(Kick, "X.....x...x....."), (Clap, "........X......."), (ClosedHiHat, "x.x.xxx.x.x.xxxx")]),
        new("drum and bass beat", 4, 4, [(Kick, "X.........X....."), (Snare, "....X.......X..."), (ClosedHiHat, "x.x.x.x.x.x.x.x.")]),
        new("funk beat", 4, 4, [(Kick, "X.x...x...x..x.."), (Snare, "....X..o.o..X..o"), (ClosedHiHat, "xoxoxoxoxoxoxoxo")]),
        new("bossa nova beat", 4, 4, [(Kick, "X..xX..xX..xX..x"), (SideStick, "X..x..x...x..x.."), (ClosedHiHat, "xoxoxoxoxoxoxoxo")]),
        new(
            "samba beat",
            4,
            4,
            [(Kick, "o..xX..xo..xX..x"), (SideStick, "x.xx.x.xx.xx.x.x"), (Maracas, "xoxoxoxoxoxoxoxo"), (LowConga, "....x.......x...")]
        ),
        new(
            "Latin percussion groove",
            4,
            4,
            [
                (Claves, "X..X..X...X.X..."),
                (HighConga, "..x...x...x...x."),
                (LowConga, "......xx......xx"),
                (Cowbell, "x.x.x.x.x.x.x.x."),
                (HighBongo, "x.oxx.oxx.oxx.ox"),
            ]
        ),
        new("reggae one drop", 4, 4, [(Kick, "........X......."), (SideStick, "........X......."), (ClosedHiHat, "x.o.x.o.x.o.x.o.")]),
        new("march beat", 4, 4, [(Kick, "X...x...X...x..."), (Snare, "X.xxX.xxX.xxXxxx")]),
        new(
            "hand percussion groove",
            4,
            4,
            [
                (HighBongo, "X.o.x.oxX.o.x.o."),
                (LowBongo, "..x...x...x..xx."),
                (Maracas, "xoxoxoxoxoxoxoxo"),
                (Tambourine, "....x.......x..."),
            ]
        ),
        new("tom groove", 4, 4, [(Kick, "X...X...X...X..."), (LowTom, "x..x..x.x..x..x."), (LowMidTom, "..x..x....x..x.x")]),
        new("shuffle", 4, 3, [(Kick, "X.....X....."), (Snare, "...X.....X.."), (ClosedHiHat, "x.xx.xx.xx.x")]),
        new("swing beat", 4, 3, [(Ride, "X..X.xX..X.x"), (PedalHiHat, "...x.....x.."), (Kick, "o..o..o..o.."), (Brush, "..o......o.o")]),
        new("waltz beat", 3, 4, [(Kick, "X..........."), (Snare, "....x...x..."), (ClosedHiHat, "x...x...x...")]),
        new("jazz waltz beat", 3, 3, [(Ride, "X..X.xX.."), (PedalHiHat, "...x....."), (Kick, "x.....o..")]),
        new("slow 6/8 beat", 2, 3, [(Kick, "X....."), (Snare, "...X.."), (ClosedHiHat, "xoxxox")]),
        new("12/8 beat", 4, 3, [(Kick, "X.....X.x..."), (Snare, "...X.....X.."), (ClosedHiHat, "xoxxoxxoxxox")]),
        new("five-four beat", 5, 4, [(Kick, "X.....x.....X......."), (Snare, "....X...........X..."), (Ride, "x.x.x.x.x.x.x.x.x.x.")]),
        new("polka beat", 2, 4, [(Kick, "X...x..."), (Snare, "..x...x."), (ClosedHiHat, "x.x.x.x.")]),
    ];

    /// <summary>A pattern of this name.</summary>
    public static DrumPattern Named(string name) => All.First(pattern => pattern.Name == name);

    /// <summary>Whether the pattern fits a metre.</summary>
    public bool Fits(Metre metre) => metre.Beats == Beats && (!metre.IsCompound || StepsPerBeat == 3);

    /// <summary>Plays it for the whole sheet, with a fill where a section ends and a cymbal where one begins.</summary>
    public void Play(LeadSheet sheet, Part part, SeededRandom random, int loudness, bool fills)
    {
        int step = sheet.Metre.BeatTicks / StepsPerBeat;
        for (int bar = 0; bar < sheet.TotalBars - 1; bar++)
        {
            int start = bar * sheet.Metre.BarTicks;
            double loud = loudness * Dynamics.Of(sheet, start);
            bool sectionEnds = fills && sheet.SectionStartBars.Contains(bar + 1);
            int fillFrom = sectionEnds ? sheet.Metre.BarTicks / 2 : int.MaxValue;
            foreach (var (drum, steps) in Lines)
                for (int i = 0; i < steps.Length; i++)
                {
                    if (steps[i] == '.' || i * step >= fillFrom && drum != Kick)
                        continue;
                    double velocity =
                        loud
                        + steps[i] switch
                        {
                            'X' => 12,
                            'x' => 0,
                            _ => -22,
                        }
                        + random.NextNormal() * 3;
                    part.Add(start + i * step, step / 2, drum, (int)velocity);
                }
            if (fills && sheet.SectionStartBars.Contains(bar) && bar > 0)
                part.Add(start, step * 4, Crash, (int)loud + 6);
            if (!sectionEnds)
                continue;
            int[] toms = [Snare, Snare, HighMidTom, LowMidTom, LowTom, FloorTom];
            int count = (sheet.Metre.BarTicks - fillFrom) / step;
            for (int i = 0; i < count; i++)
                if (random.Chance(0.75))
                    part.Add(start + fillFrom + i * step, step / 2, toms[i * toms.Length / count], (int)loud - 4 + i * 2);
        }
        int last = (sheet.TotalBars - 1) * sheet.Metre.BarTicks;
        part.Add(last, sheet.Metre.BarTicks, Lines.Any(line => line.Drum is Maracas or HighBongo) ? Cabasa : Crash, loudness + 5);
        part.Add(last, sheet.Metre.BeatTicks, Kick, loudness + 8);
    }
}
