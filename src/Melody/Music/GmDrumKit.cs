namespace Melody.Music;

/// <summary>Drum kits as programs of the drum channel, as Roland's GS names them; most sound fonts have them.</summary>
internal static class GmDrumKit
{
    public const int Standard = 0,
        Room = 8,
        Power = 16,
        Electronic = 24,
        Analog = 25,
        Jazz = 32,
        Brush = 40,
        Orchestra = 48;
}
