using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Melody;

/// <summary>
/// Tells OpenTelemetry and its like what is made: an activity a call, a histogram of how long calls take
/// (<c>melody.generation.duration</c>, s), of the first sound of streams (<c>melody.generation.first_sound</c>, s), and counters of music
/// (<c>melody.generation.music</c>, s) and of calls that fail (<c>melody.generation.failures</c>). Prompts are not told.
/// </summary>
public sealed class TelemetryMusicGenerator : DelegatingMusicGenerator
{
    /// <summary>Name of the source of activities and of the meter unless another is given.</summary>
    public const string DefaultSourceName = "Melody";

    private readonly ActivitySource _source;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration,
        _firstSound;
    private readonly Counter<double> _music;
    private readonly Counter<long> _failures;

    /// <param name="inner">Makes the music.</param>
    /// <param name="sourceName">Name of the source of activities and of the meter.</param>
    public TelemetryMusicGenerator(IMusicGenerator inner, string sourceName = DefaultSourceName)
        : base(inner)
    {
        (_source, _meter) = (new(sourceName), new(sourceName));
        _duration = _meter.CreateHistogram<double>("melody.generation.duration", "s", "How long calls take.");
        _firstSound = _meter.CreateHistogram<double>("melody.generation.first_sound", "s", "When the first samples of a stream come.");
        _music = _meter.CreateCounter<double>("melody.generation.music", "s", "Music that was made.");
        _failures = _meter.CreateCounter<long>("melody.generation.failures", description: "Calls that failed or were cancelled.");
    }

    /// <inheritdoc/>
    public override async Task<MusicResponse> GenerateAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using var call = new Call(this, "generate", options);
        var response = await base.GenerateAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        call.Hear(response.Duration.TotalSeconds, response.ModelId, response.Seed);
        call.Succeed();
        return response;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var call = new Call(this, "stream", options);
        await foreach (var update in base.GenerateStreamingAsync(prompt, options, cancellationToken).ConfigureAwait(false))
        {
            call.Hear((double)update.Samples.Length / update.Channels / update.SampleRate, update.ModelId, update.Seed);
            yield return update;
        }
        call.Succeed();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _source.Dispose();
        _meter.Dispose();
    }

    private sealed class Call : IDisposable
    {
        private readonly TelemetryMusicGenerator _owner;
        private readonly Activity? _activity;
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly bool _streams;
        private bool _heard,
            _succeeded;

        public Call(TelemetryMusicGenerator owner, string name, MusicOptions? options)
        {
            (_owner, _streams) = (owner, name == "stream");
            _activity = owner._source.StartActivity($"melody {name}", ActivityKind.Internal);
            _activity?.SetTag("melody.seconds", options?.Seconds);
        }

        public void Hear(double seconds, string? model, long? seed)
        {
            _owner._music.Add(seconds);
            if (_heard)
                return;
            _heard = true;
            _activity?.SetTag("melody.model", model)?.SetTag("melody.seed", seed);
            if (_streams)
                _owner._firstSound.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds);
        }

        public void Succeed() => _succeeded = true;

        public void Dispose()
        {
            _owner._duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds);
            if (!_succeeded)
            {
                _owner._failures.Add(1);
                _activity?.SetStatus(ActivityStatusCode.Error);
            }
            _activity?.Dispose();
        }
    }
}
