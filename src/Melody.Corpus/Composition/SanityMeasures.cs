using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>
/// Figures that tell a tune from random notes, the same for what is composed and for real scores: how many notes on
/// strong beats belong to the chord, how much of the melody comes back, and which intervals it moves in.
/// </summary>
internal sealed class SanityMeasures
{
    private readonly long[] _intervals = new long[13];
    private long _strong,
        _strongInChord,
        _notes,
        _inKey,
        _windows,
        _repeated;

    /// <summary>Melodies measured.</summary>
    public int Pieces { get; private set; }

    /// <summary>Share of melody notes on strong beats that are tones of the chord under them.</summary>
    public double StrongBeatChordTones => Share(_strongInChord, _strong);

    /// <summary>Share of melody notes that belong to the key.</summary>
    public double InKey => Share(_inKey, _notes);

    /// <summary>Share of four-note figures (intervals and durations) that occur again in the same melody.</summary>
    public double Repetition => Share(_repeated, _windows);

    /// <summary>Share of melodic intervals by size in semitones, 0..11 and "an octave or more".</summary>
    public IReadOnlyList<double> Intervals => [.. _intervals.Select(count => Share(count, _intervals.Sum()))];

    /// <summary>Share of moves by one or two semitones.</summary>
    public double Steps => Intervals[1] + Intervals[2];

    /// <summary>Share of moves by more than a fifth.</summary>
    public double WideLeaps => Intervals.Skip(8).Sum();

    /// <summary>Adds a piece's melody; pieces without one do not count.</summary>
    public void Add(ComposedPiece piece)
    {
        var melody = piece.Melody;
        if (melody.Count < 8 || piece.Chords.Count == 0)
            return;
        Pieces++;
        int chord = 0;
        foreach (var note in melody)
        {
            while (chord + 1 < piece.Chords.Count && piece.Chords[chord + 1].Start <= note.Start)
                chord++;
            _notes++;
            if (piece.KeyAt(note.Start) is { } key && key.Contains(note.Pitch))
                _inKey++;
            if (piece.Metre.Strength(note.Start % piece.Metre.BarTicks) < 2)
                continue;
            _strong++;
            if (piece.Chords[chord].Chord.Contains(note.Pitch))
                _strongInChord++;
        }
        for (int i = 1; i < melody.Count; i++)
            _intervals[Math.Min(12, Math.Abs(melody[i].Pitch - melody[i - 1].Pitch))]++;
        var seen = new Dictionary<(int, int, int, int, int, int), int>();
        var figures = Enumerable
            .Range(0, melody.Count - 3)
            .Select(i =>
                (
                    melody[i + 1].Pitch - melody[i].Pitch,
                    melody[i + 2].Pitch - melody[i + 1].Pitch,
                    melody[i + 3].Pitch - melody[i + 2].Pitch,
                    (melody[i + 1].Start - melody[i].Start) / 40,
                    (melody[i + 2].Start - melody[i + 1].Start) / 40,
                    (melody[i + 3].Start - melody[i + 2].Start) / 40
                )
            )
            .ToList();
        foreach (var figure in figures)
            seen[figure] = seen.GetValueOrDefault(figure) + 1;
        _windows += figures.Count;
        _repeated += figures.Count(figure => seen[figure] > 1);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
