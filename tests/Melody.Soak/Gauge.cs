using System.Diagnostics;
using System.Globalization;

namespace Melody.Soak;

/// <summary>Counts what was made and measures the memory of the process: the level after warm-up, and how far it ever rose above.</summary>
/// <param name="name">Of the loop.</param>
/// <param name="most">It ends after so many.</param>
/// <param name="warmUp">From this one on the level counts.</param>
/// <param name="longest">It ends after this time.</param>
internal sealed class Gauge(string name, int most, int warmUp, TimeSpan longest)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _told;
    private int _count;
    private double _seconds;
    private long _level,
        _highest;

    /// <summary>Whether there is more to make.</summary>
    public bool Continues => _count < most && _clock.Elapsed < longest;

    /// <summary>How far memory rose above its level after warm-up, bytes; null while that is not over.</summary>
    public long? Growth => _count < warmUp ? null : Math.Max(0, _highest - _level);

    /// <summary>Something was made.</summary>
    public void Count(string what, double seconds = 0)
    {
        _count++;
        _seconds += seconds;
        long memory = Memory();
        if (_count == warmUp)
            _level = _highest = memory;
        _highest = Math.Max(_highest, memory);
        if (_count == warmUp || !Continues || _clock.Elapsed - _told > TimeSpan.FromSeconds(30))
        {
            _told = _clock.Elapsed;
            string music = _seconds > 0 ? FormattableString.Invariant($" ({_seconds:0} s of music)") : "";
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_clock.Elapsed:hh\\:mm\\:ss} {name}: {_count} {what}{music}, {memory >> 20} MB resident, {_highest >> 20} "
                        + $"MB at most, {Process.GetCurrentProcess().Threads.Count} threads"
                )
            );
        }
    }

    private static long Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
