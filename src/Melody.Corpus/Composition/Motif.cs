using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>One bar's rhythm and contour: offset and length in ticks, and the step in scale degrees from the note before.</summary>
internal sealed record Motif(IReadOnlyList<(int Offset, int Length, int Step)> Notes)
{
    private static readonly double[][] Simple =
    [
        [1],
        [0.5, 0.5],
        [0.75, 0.25],
        [0.25, 0.25, 0.5],
        [0.5, 0.25, 0.25],
        [0.25, 0.25, 0.25, 0.25],
    ];

    private static readonly double[][] Compound =
    [
        [1],
        [2 / 3.0, 1 / 3.0],
        [1 / 3.0, 1 / 3.0, 1 / 3.0],
        [0.5, 1 / 6.0, 1 / 3.0],
    ];

    /// <summary>A new motif for a metre in a style.</summary>
    public static Motif Invent(SeededRandom random, Metre metre, MelodyStyle style)
    {
        var onsets = new List<(int Offset, int Length)>();
        int position = 0;
        while (position < metre.BarTicks)
        {
            int beatsLeft = (metre.BarTicks - position) / metre.BeatTicks;
            if (beatsLeft >= 2 && random.Chance(0.42 * (1 - style.Activity) + 0.08))
            {
                bool long3 = beatsLeft >= 3 && random.Chance(0.25);
                int length = metre.BeatTicks * (long3 ? 3 : 2);
                if (!metre.IsCompound && random.Chance(0.45))
                {
                    int split = metre.BeatTicks * (random.Chance(style.Syncopation) ? 1 : 3) / 2; // short-long or dotted
                    onsets.Add((position, split));
                    onsets.Add((position + split, length - split));
                }
                else
                    onsets.Add((position, length));
                position += length;
                continue;
            }
            if (position > 0 && random.Chance(0.10))
            {
                position += metre.BeatTicks; // a rest
                continue;
            }
            double[][] cells = metre.IsCompound ? Compound : Simple;
            double[] cell = random.Pick(cells, c =>
                Math.Pow(0.15 + style.Activity, c.Length - 1) * (c.Contains(0.25) ? 0.25 + 0.5 * style.Activity : 1)
            );
            bool skipFirst = cell.Length == 2 && position > 0 && random.Chance(style.Syncopation * 0.6);
            double tick = (double)position;
            for (int i = 0; i < cell.Length; i++)
            {
                double length = cell[i] * metre.BeatTicks;
                if (!(skipFirst && i == 0))
                    onsets.Add(((int)Math.Round(tick), (int)Math.Round(length)));
                tick += length;
            }
            position += metre.BeatTicks;
        }
        return new Motif([.. Contour(random, onsets)]);
    }

    /// <summary>The same rhythm with one or two of its moves changed.</summary>
    public Motif Vary(SeededRandom random)
    {
        if (Notes.Count < 2)
            return this;
        var notes = Notes.ToArray();
        for (int changes = 1 + random.Below(2); changes > 0; changes--)
        {
            int i = 1 + random.Below(notes.Length - 1);
            notes[i].Step = random.Pick([-notes[i].Step, notes[i].Step + 1, notes[i].Step - 1, 0]);
        }
        return new Motif(notes);
    }

    /// <summary>The same opening, then a long note and air to breathe.</summary>
    public Motif AsCadence(SeededRandom random, Metre metre)
    {
        int from =
            metre.Beats >= 4 && random.Chance(0.6) ? metre.Beats / 2
            : metre.Beats >= 3 && random.Chance(0.5) ? 1
            : 0;
        int hold = from * metre.BeatTicks;
        var kept = Notes
            .Where(note => note.Offset < hold)
            .Select(note => (note.Offset, Length: Math.Min(note.Length, hold - note.Offset), note.Step))
            .ToList();
        int rest = random.Chance(0.7) ? metre.BeatTicks : metre.BeatTicks / 2;
        int length = metre.BarTicks - hold - (metre.BarTicks - hold > rest ? rest : 0);
        kept.Add((hold, length, random.Pick([-1, -1, 1, 0, -2])));
        return new Motif(kept);
    }

    // mostly steps, some repeated notes, a leap now and then that is answered by a step back
    private static IEnumerable<(int, int, int)> Contour(SeededRandom random, List<(int Offset, int Length)> onsets)
    {
        int direction = random.Chance(0.5) ? 1 : -1;
        int leapt = 0;
        foreach (var (offset, length) in onsets)
        {
            int step;
            if (leapt != 0)
                (step, leapt) = (-Math.Sign(leapt), 0);
            else if (random.Chance(0.16))
                step = leapt = direction * random.Pick([2, 2, 3, 3, 4, 5, 7, 7]);
            else if (random.Chance(0.22))
                step = 0;
            else
            {
                if (random.Chance(0.28))
                    direction = -direction;
                step = direction * (random.Chance(0.08) ? 2 : 1);
            }
            yield return (offset, length, step);
        }
    }
}
