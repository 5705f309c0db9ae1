namespace Melody.Corpus.Composition;

/// <summary>Comfortable ranges for a tune, as MIDI keys, and how an instrument likes to be played.</summary>
internal static class InstrumentRanges
{
    /// <summary>Lowest and highest key of a tune on this program.</summary>
    public static (int Low, int High) Of(int program) =>
        program switch
        {
            8 or 9 or 10 or 14 => (67, 91),
            11 => (57, 84),
            12 => (53, 84),
            13 => (65, 91),
            22 => (60, 84),
            24 or 25 => (52, 79),
            26 or 27 or 28 => (52, 79),
            29 or 30 or 31 => (50, 79),
            >= 32 and <= 39 => (36, 58),
            40 or 110 => (57, 86),
            41 => (50, 76),
            42 => (40, 67),
            43 => (33, 55),
            46 => (55, 86),
            56 or 59 => (55, 80),
            57 => (43, 67),
            58 => (33, 55),
            60 => (48, 72),
            61 or 62 or 63 => (53, 77),
            64 => (58, 84),
            65 => (53, 79),
            66 => (47, 73),
            67 => (40, 65),
            68 => (60, 84),
            69 => (53, 77),
            70 => (40, 65),
            71 => (53, 82),
            72 => (74, 98),
            73 => (62, 88),
            74 or 75 or 77 => (62, 86),
            78 or 79 => (67, 91),
            52 or 53 or 54 => (55, 76),
            104 or 106 or 107 => (52, 77),
            105 => (55, 79),
            108 => (57, 81),
            109 => (62, 79),
            114 => (57, 84),
            80 or 81 or 84 or 87 => (57, 86),
            _ => (57, 82),
        };

    /// <summary>Whether the sound dies away by itself, so that long notes need company.</summary>
    public static bool IsPlucked(int program) => program is < 16 or (>= 24 and <= 31) or 45 or 46 or (>= 104 and <= 108);
}
