namespace Melody.Endless;

/// <summary>Where music ends and how it fades there; set by one thread, asked by another.</summary>
internal sealed class MusicEnd
{
    private sealed record Place(long Start, int Frames);

    private Place? _place;

    /// <summary>Whether there is an end.</summary>
    public bool IsSet => Position != long.MaxValue;

    /// <summary>Sets it.</summary>
    /// <param name="start">Where the fade begins.</param>
    /// <param name="frames">How long it is.</param>
    public void Set(long start, int frames) => Volatile.Write(ref _place, new(start, Math.Max(1, frames)));

    /// <summary>What music at a position is multiplied by.</summary>
    public float Gain(long position) =>
        Volatile.Read(ref _place) is not { } place || position < place.Start
            ? 1
            : (float)(0.5 + 0.5 * Math.Cos(Math.PI * Math.Min(1, (double)(position - place.Start) / place.Frames)));

    /// <summary>The position from which on all is silent; the last number where there is no end.</summary>
    public long Position => Volatile.Read(ref _place) is { } place ? place.Start + place.Frames : long.MaxValue;
}
