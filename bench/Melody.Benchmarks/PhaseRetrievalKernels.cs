using BenchmarkDotNet.Attributes;
using Melody.Audio;
using Melody.PhaseRetrieval;

namespace Melody.Benchmarks;

/// <summary>Ten seconds at 48 kHz, 1,000 frames of 1,025 bins, from magnitudes to phases and to two channels.</summary>
public class PhaseRetrievalKernels
{
    private const int Frames = 1000,
        SampleRate = 48_000;

    private readonly ShortTimeGrid _grid = new(2048, 480);
    private readonly RealTransform _transform = new(2048);
    private float[] _levels = [],
        _phases = [],
        _balance = [],
        _correlation = [],
        _re = [],
        _im = [];

    /// <summary>Analyses chords of decaying partials over noise.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var sound = new float[Frames * _grid.Hop];
        for (int start = 0; start < sound.Length; start += SampleRate / 4)
        for (int partial = 1; partial < 60; partial++)
        {
            double hertz = 110 * Math.Pow(2, random.Next(0, 24) / 12.0) * partial % (SampleRate / 2);
            for (int i = start; i < Math.Min(sound.Length, start + SampleRate / 2); i++)
                sound[i] += (float)(Math.Sin(2 * Math.PI * hertz * i / SampleRate) * Math.Exp((start - i) / 9000.0) / (10 * partial));
        }
        for (int i = 0; i < sound.Length; i++)
            sound[i] += (random.NextSingle() - 0.5f) * 1e-3f;
        (_re, _im) = new ShortTimeTransform(_grid).Analyze(sound);
        (_levels, _phases) = (new float[_re.Length], new float[_re.Length]);
        Levels.OfSpectrum(_re, _im, _levels);
        float scale = MathF.Log(_grid.FullScale);
        for (int i = 0; i < _levels.Length; i++)
            _levels[i] = Math.Max(_levels[i] - scale, MathF.Log(1e-5f));
        _balance = new float[Frames * StereoBands.Count];
        _correlation = [.. Enumerable.Range(0, Frames * StereoBands.Count).Select(_ => random.NextSingle())];
    }

    /// <summary>A transform of 2,048 real samples.</summary>
    [Benchmark]
    public void Transform() => _transform.Forward(_grid.Window, _grid.Window, _re, _im);

    /// <summary>Phases of the whole sound.</summary>
    [Benchmark]
    public void WholeSound() => new PhaseGradientHeap(_grid).Integrate(_levels, _phases);

    /// <summary>Phases frame by frame.</summary>
    [Benchmark]
    public void FrameByFrame()
    {
        var stream = new PhaseStream(_grid);
        for (int at = 0; at < _levels.Length; at += _grid.Bins)
            stream.Push(_levels.AsSpan(at, _grid.Bins), _phases);
    }

    /// <summary>Frame by frame to samples of two channels, without corrections.</summary>
    [Benchmark]
    public void SynthesisPlain() => Synthesize(new() { Iteration = false, BandGains = false });

    /// <summary>The same with both corrections.</summary>
    [Benchmark]
    public void SynthesisCorrected() => Synthesize(new());

    private void Synthesize(SynthesisOptions options) =>
        new SpectrogramSynthesizer(_grid, SampleRate, 2, options).Push(
            new()
            {
                LogMagnitudes = _levels,
                Balance = _balance,
                Correlation = _correlation,
            }
        );
}
