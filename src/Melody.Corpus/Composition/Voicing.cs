namespace Melody.Corpus.Composition;

/// <summary>Puts chords on the keyboard: close positions that move as little as possible from chord to chord.</summary>
internal sealed class Voicing(int centre, int voices)
{
    private double _last = centre;

    /// <summary>Pitches from low to high, near the one before and near the centre.</summary>
    public int[] Next(Chord chord)
    {
        int[]? best = null;
        var bestCost = double.MaxValue;
        var tones = Choose(chord);
        for (var inversion = 0; inversion < tones.Length; inversion++)
        {
            for (var octave = 1; octave < 9; octave++)
            {
                var pitches = new int[tones.Length];
                var floor = octave * 12;
                for (var i = 0; i < tones.Length; i++)
                {
                    var tone = (chord.Root + tones[(inversion + i) % tones.Length]) % 12;
                    var pitch = floor + (((tone - floor) % 12) + 12) % 12;
                    pitches[i] = pitch;
                    floor = pitch + 1;
                }
                var mean = pitches.Average();
                var cost = Math.Abs(mean - _last) + 0.6 * Math.Abs(mean - centre);
                if (cost < bestCost && pitches[^1] < 118)
                    (best, bestCost) = (pitches, cost);
            }
        }
        _last = best!.Average();
        return best!;
    }

    /// <summary>The bass note of a chord in the octave below and around <paramref name="low"/>.</summary>
    public static int Bass(Chord chord, int low) => low + (((chord.BassNote - low) % 12) + 12) % 12;

    /// <summary>A chord tone above the bass: the fifth, or what stands for it.</summary>
    public static int Fifth(Chord chord, int low)
    {
        var fifth = chord.Tones.Count > 2 ? chord.Tones[2] : chord.Tones[^1];
        return low + (((chord.Root + fifth - low) % 12) + 12) % 12;
    }

    // Keeps third and seventh before fifth and root when there are more tones than voices.
    private int[] Choose(Chord chord)
    {
        var tones = chord.Tones.ToList();
        if (tones.Count > voices && tones.Count >= 4)
            tones.RemoveAt(2);
        if (tones.Count > voices)
            tones.RemoveAt(0);
        while (tones.Count < Math.Min(voices, 3))
            tones.Add(tones[0]);
        return [.. tones.Distinct().Order()];
    }
}
