namespace Melody.Endless;

/// <summary>
/// Music of one prompt on its way to the host, as one of a disc jockey's decks: in the model's channels, at the host's rate.
/// Positions are host frames from the beginning of all music, and stand still while nothing is to be heard.
/// </summary>
internal sealed class Deck
{
    private readonly long _planned;
    private long _start;
    private volatile bool _isLeft;

    /// <summary>A deck that is heard from a position on.</summary>
    /// <param name="ring">Its samples.</param>
    /// <param name="start">Position of the first.</param>
    /// <param name="fade">Frames from there on in which it takes over from the deck before.</param>
    /// <param name="grid">Beats and bars, host frames.</param>
    /// <param name="moment">Lines at which it may take over where it comes too late for <paramref name="start"/>.</param>
    public Deck(SampleRing ring, long start, int fade, MusicGrid grid, MusicMoment moment) =>
        (Ring, _planned, _start, Fade, Grid, Step) = (ring, start, start, fade, grid, grid.Step(moment));

    /// <summary>Samples that are ready.</summary>
    public SampleRing Ring { get; }

    /// <summary>Position of its first frame.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Frames by which it came later than it was planned.</summary>
    public long Delayed => Start - _planned;

    /// <summary>Frames in which it takes over.</summary>
    public int Fade { get; }

    /// <summary>Beats and bars.</summary>
    public MusicGrid Grid { get; private set; }

    /// <summary>Frames between the places where it may take over; 0 where any will do.</summary>
    public double Step { get; }

    /// <summary>Whether nothing more is written to it because another deck follows.</summary>
    public bool IsLeft
    {
        get => _isLeft;
        set => _isLeft = value;
    }

    /// <summary>Moves the beginning to the first place at or after a position; for the reader, before it is heard.</summary>
    public void Delay(long position, bool anywhere)
    {
        long start = _start;
        if (position <= start && !anywhere)
            return;
        double by = anywhere || Step == 0 ? position - start : Math.Ceiling((position - start) / Step) * Step;
        Grid = Grid with { Origin = Grid.Origin + by };
        Volatile.Write(ref _start, start + (long)Math.Round(by));
    }
}
