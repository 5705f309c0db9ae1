namespace Melody.Corpus.Mixing;

/// <summary>Where the players of an orchestra sit, seen from the conductor, and how deep in the hall.</summary>
internal static class Seats
{
    /// <summary>The seat of a General MIDI program: place from -1 (left) to 1 (right), and dB more to the reverb than the strings; null for what an orchestra does not have.</summary>
    public static (double Pan, double Depth)? Of(int program) =>
        program switch
        {
            0 => (-0.2, 0),
            6 => (0.1, 0),
            8 => (-0.45, 2),
            9 => (-0.4, 3),
            11 => (-0.35, 3),
            12 => (0.35, 3),
            13 => (-0.45, 3),
            14 => (0.3, 4),
            19 => (0, 4),
            24 => (-0.15, 0),
            40 or 110 => (-0.5, 0),
            41 => (0.25, 0),
            42 => (0.45, 0),
            43 => (0.6, 0),
            44 or 45 => (-0.15, 0),
            46 => (-0.6, 1),
            47 => (0.2, 4),
            >= 48 and <= 51 => (0, 1),
            >= 52 and <= 54 => (0, 4),
            56 or 59 => (0.3, 3),
            57 => (0.45, 3),
            58 => (0.55, 3),
            60 => (-0.4, 3),
            61 => (0.35, 3),
            68 => (0.12, 2),
            69 => (0.2, 2),
            70 => (0.3, 2),
            71 => (-0.12, 2),
            72 => (-0.3, 2),
            73 => (-0.2, 2),
            74 => (-0.2, 1),
            _ => null,
        };
}
