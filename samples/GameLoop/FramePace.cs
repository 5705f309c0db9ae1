using System.Diagnostics;
using System.Globalization;

namespace GameLoop;

/// <summary>Keeps the loop at its rate, as an engine does, and remembers how late frames began.</summary>
/// <param name="framesASecond">The rate.</param>
internal sealed class FramePace(int framesASecond)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TimeSpan _frame = TimeSpan.FromSeconds(1.0 / framesASecond);
    private TimeSpan _due,
        _latest;
    private int _frames,
        _late;

    /// <summary>Time since the first frame.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Sleeps until the next frame is due; a frame that is overdue begins at once, and none is made up for.</summary>
    public void WaitForNextFrame()
    {
        _frames++;
        _due += _frame;
        if (_due - Elapsed is { Ticks: > 0 } wait)
            Thread.Sleep(wait);
        var late = Elapsed - _due;
        _latest = late > _latest ? late : _latest;
        if (late < _frame)
            return;
        _late++;
        _due = Elapsed;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_frames} frames, {_late} late by a frame or more, at most {_latest.TotalMilliseconds:0.0} ms"
        );
}
