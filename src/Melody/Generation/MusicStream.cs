using Melody.Audio;
using Melody.Autoencoder;

namespace Melody;

/// <summary>
/// A song that becomes sound as it is written: latents go into the streaming decoder, and samples come out as soon as
/// they are final. Both the whole-file and the streaming face of the generator pull from here.
/// </summary>
internal sealed class MusicStream : IDisposable
{
    private readonly MusicModel _model;
    private readonly SongWriter _writer;
    private readonly StreamingLatentDecoder _decoder;
    private readonly List<float> _latents = [];
    private readonly List<int> _borders = [];
    private readonly LoudnessMode _loudness;
    private readonly double _target;
    private readonly long _samples,
        _frames;
    private StreamingLimiter? _limiter;
    private long _decoded;

    /// <param name="model">The networks.</param>
    /// <param name="plan">What to make.</param>
    /// <param name="loudness">Raw or by the first window.</param>
    public MusicStream(MusicModel model, GenerationPlan plan, LoudnessMode loudness)
    {
        if (loudness == LoudnessMode.Whole)
            throw new ArgumentOutOfRangeException(nameof(loudness), "A stream cannot know the loudness of the whole.");
        (_model, _loudness, _target) = (model, loudness, plan.Options.TargetLoudness);
        _samples = (long)Math.Round(plan.Options.Seconds * model.SampleRate);
        int hop = model.Networks.Autoencoder.HopLength;
        _frames = (_samples + hop - 1) / hop;
        _writer = new SongWriter(model, plan.Request, [], plan.Options);
        _decoder = new LatentCodec(model.Networks.Autoencoder).OpenStream();
    }

    /// <summary>The latents so far, cut to the length that was asked for.</summary>
    public AudioLatents Latents => new([.. _latents], _model.Config.Denoiser.LatentChannels, _model.Config.Denoiser.LatentRate);

    /// <summary>Samples at which the music was continued, so far.</summary>
    public IReadOnlyList<int> Borders => _borders;

    /// <summary>Passes through the networks so far.</summary>
    public int FunctionEvaluations => _writer.FunctionEvaluations;

    /// <summary>The next final samples, or null at the end.</summary>
    public float[]? Next(IProgress<GenerationProgress>? progress, CancellationToken cancellation)
    {
        while (_decoded < _samples)
        {
            if (_decoder.AvailableSamples == 0)
                WriteMore(progress, cancellation);
            else if (Finish(Decode(cancellation)) is { Length: > 0 } final)
                return final;
        }
        return null;
    }

    private void WriteMore(IProgress<GenerationProgress>? progress, CancellationToken cancellation)
    {
        int channels = _model.Config.Denoiser.LatentChannels;
        long before = _writer.Frames;
        double share = Math.Min(1, _writer.FramesAfterNext(_frames) / (double)_frames) - before / (double)_frames;
        var latents = _writer.Write(_frames, ScaledProgress.Of(progress, before / (double)_frames, share), cancellation);
        int wanted = (int)Math.Min(latents.Length, (_frames - before) * channels);
        _decoder.Push(latents[..wanted]);
        _latents.AddRange(latents[..wanted]);
        if (_writer.Border is { } border)
            _borders.Add((int)border * _model.Networks.Autoencoder.HopLength);
        if (_writer.Frames >= _frames)
            _decoder.Complete();
    }

    private float[] Decode(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var use = ModelUse.Of(_model);
        var samples = new float[Math.Min(_decoder.AvailableSamples, _samples - _decoded)];
        _decoded += _decoder.Read(samples);
        return samples;
    }

    private float[] Finish(float[] samples)
    {
        if (_loudness == LoudnessMode.Raw)
            return samples;
        _limiter ??= new StreamingLimiter(
            _model.SampleRate,
            1,
            LoudnessNormalizer.GainFor(LoudnessMeter.Of(new AudioClip(samples, _model.SampleRate)).Integrated, _target)
        );
        float[] limited = _limiter.Process(samples);
        return _decoded == _samples ? [.. limited, .. _limiter.Finish()] : limited;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
