using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Melody.Studio.Telemetry;

/// <summary>The traces and meters of the studio, under the name <c>Melody.Studio</c>.</summary>
internal sealed class StudioTelemetry : IDisposable
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "Melody.Studio";

    private readonly Meter _meter;
    private readonly Counter<long> _jobs;
    private readonly Counter<double> _music;
    private readonly Histogram<double> _speed,
        _stages;

    /// <summary>Makes the instruments.</summary>
    public StudioTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _jobs = _meter.CreateCounter<long>("melody.jobs", "{job}", "Jobs that have ended, by state.");
        _music = _meter.CreateCounter<double>("melody.music", "s", "Music that was made.");
        _speed = _meter.CreateHistogram<double>("melody.speed", "{ratio}", "Seconds of music made in a second, piece by piece.");
        _stages = _meter.CreateHistogram<double>("melody.stage", "s", "Time of a piece's stages.");
    }

    /// <summary>Traces: one activity a job.</summary>
    public ActivitySource Traces { get; } = new(Name);

    /// <summary>Watches the length of the queue.</summary>
    public void WatchQueue(Func<int> length) => _meter.CreateObservableGauge("melody.queue", length, "{job}", "Jobs that wait.");

    /// <summary>A job has ended.</summary>
    public void CountJob(string state) => _jobs.Add(1, new KeyValuePair<string, object?>("state", state));

    /// <summary>A piece is made.</summary>
    /// <param name="music">New music, seconds.</param>
    /// <param name="wall">What it took, seconds.</param>
    public void CountPiece(double music, double wall)
    {
        _music.Add(music);
        _speed.Record(music / Math.Max(wall, 1e-9));
    }

    /// <summary>A stage of a piece took so long.</summary>
    public void CountStage(string stage, double seconds) => _stages.Record(seconds, new KeyValuePair<string, object?>("stage", stage));

    /// <inheritdoc/>
    public void Dispose()
    {
        Traces.Dispose();
        _meter.Dispose();
    }
}
