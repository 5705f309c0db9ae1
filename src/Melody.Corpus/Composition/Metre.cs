using System.Globalization;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A time signature in ticks: <see cref="TicksPerQuarter"/> ticks a quarter note.</summary>
internal readonly record struct Metre(int Numerator, int Denominator)
{
    /// <summary>Resolution of everything that is composed.</summary>
    public const int TicksPerQuarter = 480;

    /// <summary>Ticks a bar.</summary>
    public int BarTicks => TicksPerQuarter * 4 * Numerator / Denominator;

    /// <summary>Whether three eighths (or sixteenths) make one beat, as in 6/8, 9/8 and 12/8.</summary>
    public bool IsCompound => Denominator >= 8 && Numerator % 3 == 0 && Numerator > 3;

    /// <summary>Ticks a beat: the unit that "bpm" counts.</summary>
    public int BeatTicks => TicksPerQuarter * 4 / Denominator * (IsCompound ? 3 : 1);

    /// <summary>Beats a bar.</summary>
    public int Beats => BarTicks / BeatTicks;

    /// <summary>Quarter notes a minute, what MIDI counts, for a tempo in beats a minute.</summary>
    public double QuartersPerMinute(double bpm) => bpm * BeatTicks / TicksPerQuarter;

    /// <summary>For example "6/8".</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    /// <summary>How strong a position of the bar is: 3 the downbeat, 2 the middle of 4 (or 6/8's second) beats, 1 a beat, 0 between.</summary>
    public int Strength(int tickInBar)
    {
        if (tickInBar == 0)
            return 3;
        if (tickInBar % BeatTicks != 0)
            return 0;
        var beat = tickInBar / BeatTicks;
        return Beats % 2 == 0 && beat == Beats / 2 || Beats == 5 && beat == 3 ? 2 : 1;
    }

    /// <summary>Reads "3/4"; null when it is none.</summary>
    public static Metre? TryParse(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return
            slash > 0
            && int.TryParse(name[..slash], CultureInfo.InvariantCulture, out var top)
            && top is > 0 and <= 64
            && int.TryParse(name[(slash + 1)..], CultureInfo.InvariantCulture, out var bottom)
            && bottom is 1 or 2 or 4 or 8 or 16
            ? new Metre(top, bottom)
            : null;
    }
}
