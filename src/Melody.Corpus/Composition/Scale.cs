using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Moves pitches within a key whose notes give way to those of the chord (the raised seventh over V in minor).</summary>
internal static class Scale
{
    /// <summary>Whether a pitch may be sung over a chord: a chord tone, or a scale tone that no altered chord tone replaces.</summary>
    public static bool Allows(int pitch, MusicalKey key, Chord chord)
    {
        if (chord.Contains(pitch))
            return true;
        int above = (((pitch - key.Tonic) % 12) + 12) % 12;
        if (!key.Scale.Contains(above))
            return false;
        // replaced when the chord holds a chromatic neighbour that the scale lacks
        return !(IsAltered(pitch + 1, key, chord) || IsAltered(pitch - 1, key, chord));
    }

    /// <summary>Goes up or down by scale steps.</summary>
    public static int Step(int pitch, int steps, MusicalKey key, Chord chord)
    {
        int direction = Math.Sign(steps);
        for (int left = Math.Abs(steps); left > 0; left--)
        {
            int tries = 0;
            do pitch += direction;
            while (!Allows(pitch, key, chord) && tries++ < 4);
        }
        return pitch;
    }

    /// <summary>The nearest chord tone within a range.</summary>
    public static int NearestChordTone(int pitch, Chord chord, int low, int high) => Nearest(pitch, chord.Contains, low, high);

    /// <summary>The nearest pitch of key and chord within a range.</summary>
    public static int NearestInScale(int pitch, MusicalKey key, Chord chord, int low, int high) =>
        Nearest(pitch, p => Allows(p, key, chord), low, high);

    /// <summary>
    /// The nearest pitch that <paramref name="fits"/>, the lower of two equally near ones; ranges hold an octave or more.
    /// </summary>
    public static int Nearest(int pitch, Func<int, bool> fits, int low, int high)
    {
        pitch = Math.Clamp(pitch, low, high);
        for (int distance = 0; distance <= 127; distance++)
        {
            if (pitch - distance >= low && fits(pitch - distance))
                return pitch - distance;
            if (pitch + distance <= high && fits(pitch + distance))
                return pitch + distance;
        }
        return pitch;
    }

    private static bool IsAltered(int pitch, MusicalKey key, Chord chord) =>
        chord.Contains(pitch) && !key.Scale.Contains((((pitch - key.Tonic) % 12) + 12) % 12);
}
