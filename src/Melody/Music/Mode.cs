namespace Melody.Music;

/// <summary>The scales that pieces are written in.</summary>
internal enum Mode
{
    Major,
    Minor,
    Dorian,
    Phrygian,
    Lydian,
    Mixolydian,
}
