using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Melody.Tests.Abstractions;

/// <summary>What listeners of activities and meters hear.</summary>
public sealed class TelemetryMusicGeneratorTests : IDisposable
{
    private const string Source = "Melody.Tests.Telemetry";

    private readonly ConcurrentQueue<Activity> _activities = [];
    private readonly ConcurrentQueue<(string Name, double Value)> _measured = [];
    private readonly ActivityListener _activityListener;
    private readonly MeterListener _meterListener = new();

    public TelemetryMusicGeneratorTests()
    {
        _activityListener = new()
        {
            ShouldListenTo = source => source.Name == Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_activityListener);
        _meterListener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Source)
                listener.EnableMeasurementEvents(instrument);
        };
        _meterListener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _measured.Enqueue((instrument.Name, value)));
        _meterListener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _measured.Enqueue((instrument.Name, value)));
        _meterListener.Start();
    }

    [Fact]
    public async Task A_call_is_an_activity_and_its_music_is_counted()
    {
        using var music = new TelemetryMusicGenerator(new PlainGenerator(), Source);
        await music.GenerateAsync("a secret", new() { Seconds = 2, Seed = 9 });
        var activity = Assert.Single(_activities);
        Assert.Equal("melody generate", activity.DisplayName);
        Assert.Equal("plain", activity.GetTagItem("melody.model"));
        Assert.Equal(9L, activity.GetTagItem("melody.seed"));
        Assert.DoesNotContain(activity.TagObjects, tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
        Assert.Equal(2, Assert.Single(_measured, measured => measured.Name == "melody.generation.music").Value);
        Assert.Single(_measured, measured => measured.Name == "melody.generation.duration");
        Assert.DoesNotContain(_measured, measured => measured.Name == "melody.generation.failures");
    }

    [Fact]
    public async Task A_stream_tells_its_first_sound_once_and_one_that_is_left_fails()
    {
        using var music = new TelemetryMusicGenerator(new PlainGenerator(), Source);
        await foreach (var _ in music.GenerateStreamingAsync("piano")) { }
        Assert.Single(_measured, measured => measured.Name == "melody.generation.first_sound");
        Assert.Equal(0.03, _measured.Where(measured => measured.Name == "melody.generation.music").Sum(measured => measured.Value), 1e-9);
        await foreach (var _ in music.GenerateStreamingAsync("piano"))
            break;
        Assert.Single(_measured, measured => measured.Name == "melody.generation.failures");
    }

    [Fact]
    public async Task A_failure_is_told()
    {
        using var music = new TelemetryMusicGenerator(new PlainGenerator { Before = (_, _) => throw new MelodyException("No.") }, Source);
        await Assert.ThrowsAsync<MelodyException>(() => music.GenerateAsync("piano"));
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(_activities).Status);
        Assert.Single(_measured, measured => measured.Name == "melody.generation.failures");
    }

    public void Dispose()
    {
        _activityListener.Dispose();
        _meterListener.Dispose();
    }
}
