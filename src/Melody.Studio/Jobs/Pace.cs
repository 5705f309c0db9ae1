using Melody.Studio.Orders;
using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>How fast music is made, and from that how long work will take.</summary>
internal sealed class Pace
{
    private const double Weight = 0.3;

    private readonly Lock _lock = new();
    private double? _seconds;

    /// <summary>Wall-clock seconds that a second of new music takes; null before the first.</summary>
    public double? SecondsPerSecond
    {
        get
        {
            lock (_lock)
                return _seconds;
        }
    }

    /// <summary>Learns from a piece.</summary>
    /// <param name="music">New music, seconds.</param>
    /// <param name="wall">What it took, seconds.</param>
    public void Learn(double music, double wall)
    {
        if (music <= 0)
            return;
        lock (_lock)
            _seconds = _seconds is { } before ? before + Weight * (wall / music - before) : wall / music;
    }

    /// <summary>How long an order will take, seconds; null before the first piece.</summary>
    public double? Of(MusicOrder order) => SecondsPerSecond is { } pace ? pace * NewSeconds(order) * order.Count : null;

    /// <summary>How far a running job is.</summary>
    /// <param name="order">What it makes.</param>
    /// <param name="stage">What is being done.</param>
    /// <param name="fraction">Share of the whole job.</param>
    /// <param name="elapsed">Time since it began.</param>
    public JobStep Step(MusicOrder order, string stage, double fraction, TimeSpan elapsed)
    {
        double? left = fraction > 0.05 ? elapsed.TotalSeconds / fraction * (1 - fraction) : Of(order);
        return new(stage, Math.Round(Math.Clamp(fraction, 0, 1), 4), left is { } seconds ? Math.Round(seconds, 1) : null);
    }

    /// <summary>New music of one piece of an order, seconds.</summary>
    public static double NewSeconds(MusicOrder order) =>
        order.Task switch
        {
            OrderTask.Inpaint => (order.To ?? 0) - (order.From ?? 0),
            OrderTask.Loop => 1,
            _ => (order.Settings.Seconds ?? new GenerationOptions().Seconds) * (order.Settings.BestOf ?? 1),
        };
}
