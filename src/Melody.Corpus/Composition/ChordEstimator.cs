using Melody.Corpus.Midi;

namespace Melody.Corpus.Composition;

/// <summary>Estimates chords from notes: in every half bar (or bar) the triad or seventh chord that explains most of what sounds.</summary>
internal static class ChordEstimator
{
    private static readonly (ChordQuality Quality, double Bonus)[] Candidates =
    [
        (ChordQuality.Major, 0.03),
        (ChordQuality.Minor, 0.02),
        (ChordQuality.Seventh, 0),
        (ChordQuality.Diminished, -0.03),
        (ChordQuality.MinorSeventh, -0.03),
        (ChordQuality.DiminishedSeventh, -0.05),
    ];

    /// <summary>
    /// One chord a unit of <paramref name="unit"/> ticks from 0 to <paramref name="end"/>; silence carries the last chord on.
    /// </summary>
    public static List<ChordSpan> Estimate(IReadOnlyList<MidiNote> notes, int end, int unit, Chord first)
    {
        var chords = new List<ChordSpan>();
        var last = first;
        for (int start = 0; start < end; start += unit)
        {
            int stop = Math.Min(start + unit, end);
            double[] weights = new double[12];
            var (bass, lowest) = (-1, 128);
            foreach (var note in notes)
            {
                long overlap = Math.Min(note.End, stop) - Math.Max(note.Start, start);
                if (overlap <= 0)
                    continue;
                weights[note.Pitch % 12] += overlap * (note.Start <= start + unit / 8 ? 1.3 : 1);
                if (note.Pitch < lowest && overlap > unit / 6)
                    (bass, lowest) = (note.Pitch % 12, note.Pitch);
            }
            if (weights.Sum() > 0)
                last = Best(weights, bass);
            if (chords.Count > 0 && chords[^1].Chord == last)
                chords[^1] = chords[^1] with { Length = stop - chords[^1].Start };
            else
                chords.Add(new(start, stop - start, last));
        }
        return chords;
    }

    private static Chord Best(double[] weights, int bass)
    {
        double total = weights.Sum();
        var (best, score) = (new Chord(0, ChordQuality.Major), double.NegativeInfinity);
        for (int root = 0; root < 12; root++)
            foreach (var (quality, bonus) in Candidates)
            {
                var chord = new Chord(root, quality);
                double inside = chord.Tones.Sum(tone => weights[(root + tone) % 12]) / total;
                double fit =
                    inside
                    - 0.05 * chord.Tones.Count
                    + bonus
                    + (bass == root ? 0.12 : 0)
                    + 0.1 * weights[root] / total
                    - (weights[root] == 0 ? 0.2 : 0);
                if (fit > score)
                    (best, score) = (chord, fit);
            }
        return best;
    }
}
