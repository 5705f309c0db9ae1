namespace Melody.Corpus.Midi;

/// <summary>Converts between ticks and seconds along the tempo changes of a song.</summary>
internal sealed class TempoMap
{
    private const int DefaultMicrosecondsPerQuarter = 500_000;

    private readonly List<(long Tick, double Seconds, double SecondsPerTick)> _segments = [];

    /// <summary>Builds the map from tempo changes in order of time.</summary>
    public TempoMap(int ticksPerQuarter, IReadOnlyList<TempoChange> tempos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticksPerQuarter, 1);
        _segments.Add((0, 0, DefaultMicrosecondsPerQuarter / 1e6 / ticksPerQuarter));
        foreach (var tempo in tempos)
        {
            var last = _segments[^1];
            ArgumentOutOfRangeException.ThrowIfLessThan(tempo.Tick, last.Tick);
            _segments.Add((tempo.Tick, SecondsIn(last, tempo.Tick), tempo.MicrosecondsPerQuarter / 1e6 / ticksPerQuarter));
        }
    }

    /// <summary>Seconds from the start of the song to a tick.</summary>
    public double SecondsAt(long tick) => SecondsIn(_segments[LastIndex(segment => segment.Tick <= tick)], tick);

    /// <summary>The position in ticks, with fraction, at a time in seconds.</summary>
    public double TickAt(double seconds)
    {
        var segment = _segments[LastIndex(candidate => candidate.Seconds <= seconds)];
        return segment.Tick + (seconds - segment.Seconds) / segment.SecondsPerTick;
    }

    private static double SecondsIn((long Tick, double Seconds, double SecondsPerTick) segment, long tick) =>
        segment.Seconds + (tick - segment.Tick) * segment.SecondsPerTick;

    // binary search for the last segment that has begun; the first one always has
    private int LastIndex(Func<(long Tick, double Seconds, double SecondsPerTick), bool> hasBegun)
    {
        int low = 0,
            high = _segments.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (hasBegun(_segments[middle]))
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
