namespace Melody.Corpus.Composition;

/// <summary>Puts chords on the keyboard: close positions that move as little as possible from chord to chord.</summary>
internal sealed class Voicing(int centre, int voices)
{
    private double _last = centre;

    /// <summary>Pitches from low to high, near the one before and near the centre.</summary>
    public int[] Next(Chord chord)
    {
        int[]? best = null;
        double bestCost = double.MaxValue;
        int[] tones = Choose(chord);
        for (int inversion = 0; inversion < tones.Length; inversion++)
        {
            for (int octave = 1; octave < 9; octave++)
            {
                int[] pitches = new int[tones.Length];
                int floor = octave * 12;
                for (int i = 0; i < tones.Length; i++)
                {
                    int tone = (chord.Root + tones[(inversion + i) % tones.Length]) % 12;
                    int pitch = floor + (((tone - floor) % 12) + 12) % 12;
                    pitches[i] = pitch;
                    floor = pitch + 1;
                }
                double mean = pitches.Average();
                double cost = Math.Abs(mean - _last) + 0.6 * Math.Abs(mean - centre);
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
        int fifth = chord.Tones.Count > 2 ? chord.Tones[2] : chord.Tones[^1];
        return low + (((chord.Root + fifth - low) % 12) + 12) % 12;
    }

    // keeps third and seventh before fifth and root when there are more tones than voices
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
