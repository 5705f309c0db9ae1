namespace Melody.Music;

/// <summary>Keys of the drum channel: the percussion key map of General MIDI Level 1, as far as patterns use it.</summary>
internal static class GmDrum
{
    /// <summary>The drum set. <see cref="Brush"/> is the electric snare, which brush kits replace by a stroke of the brush.</summary>
    public const int Kick = 36,
        SideStick = 37,
        Snare = 38,
        Clap = 39,
        Brush = 40,
        FloorTom = 43,
        LowTom = 45,
        LowMidTom = 47,
        HighMidTom = 48;

    /// <summary>Cymbals.</summary>
    public const int ClosedHiHat = 42,
        PedalHiHat = 44,
        OpenHiHat = 46,
        Crash = 49,
        Ride = 51;

    /// <summary>Hand percussion.</summary>
    public const int Tambourine = 54,
        Cowbell = 56,
        HighBongo = 60,
        LowBongo = 61,
        HighConga = 63,
        LowConga = 64,
        Cabasa = 69,
        Maracas = 70,
        Claves = 75;
}
