using System.Numerics;
using System.Runtime.InteropServices;
using Melody.Audio;

namespace Melody.PhaseRetrieval;

/// <summary>
/// Log-magnitudes and stereo figures to samples, as they come: phases frame by frame (<see cref="PhaseStream"/>), one iteration
/// of Griffin and Lim ("Signal estimation from modified short-time Fourier transform", 1984), one correction of band energies,
/// two channels, overlap-add. However the frames are cut into pushes, the samples are the same, bit for bit.
/// </summary>
/// <remarks>
/// Frames are centred at (n + 1/2) hop, so n frames give n hops of samples. With all corrections the samples of a frame's hop
/// are complete 1 + 2 <see cref="ShortTimeGrid.SettlingFrames"/> + Margin / Hop frames later, rounded up: 11 frames or 110 ms for
/// 2,048 and 480 samples at 48 kHz; 7 with one of the corrections, 3 with none. Not for several threads at once.
/// </remarks>
internal sealed class SpectrogramSynthesizer
{
    private readonly ShortTimeGrid _grid;
    private readonly SynthesisOptions _options;
    private readonly PhaseStream _phases;
    private readonly NoiseTexture _texture;
    private readonly RoundTrip _iteration,
        _correction;
    private readonly BandGains _bands;
    private readonly StereoField? _field;
    private readonly ShortTimeTransform _transform;
    private readonly OverlapAdd[] _sums;
    private readonly ChannelSpectra _spectra;
    private readonly float[] _turns,
        _known,
        _block;
    private readonly Queue<SpectralFrame> _waiting = [];
    private readonly Stack<SpectralFrame> _spare = [];
    private readonly List<float> _samples = [];
    private long _frame;

    /// <param name="grid">Window and hop.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="channels">1, or 2 for frames with balance and correlation.</param>
    /// <param name="options">Corrections, tolerance and seed.</param>
    public SpectrogramSynthesizer(ShortTimeGrid grid, int sampleRate, int channels, SynthesisOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 2);
        _options = options ?? new();
        (_grid, _phases) = (grid, new(grid, _options.Tolerance, _options.Seed));
        (_texture, _transform) = (new(grid, _options), new(grid));
        _iteration = new(grid, Reshape);
        _correction = new(grid, Equalize);
        _bands = new(grid, sampleRate, (float)_options.Floor * grid.FullScale);
        _field = channels > 1 ? new(grid, sampleRate) : null;
        _sums = [.. Enumerable.Range(0, channels).Select(_ => new OverlapAdd(grid))];
        _spectra = ChannelSpectra.Empty(grid.Bins, channels);
        (_turns, _known, _block) = (new float[grid.Bins], new float[grid.Bins], new float[grid.FftSize]);
    }

    /// <summary>Takes the next frames and returns the samples that became complete, interleaved.</summary>
    /// <exception cref="ArgumentException">Sizes that do not belong together.</exception>
    public float[] Push(SpectrogramFrames frames)
    {
        int bins = _grid.Bins,
            count = frames.LogMagnitudes.Length / bins,
            bands = StereoBands.Count * (_field is null ? 0 : count);
        Check(frames.LogMagnitudes.Length, count * bins, "log-magnitudes");
        Check(frames.Balance.Length, bands, "balances");
        Check(frames.Correlation.Length, bands, "correlations");
        if (!frames.Spread.IsEmpty)
            Check(frames.Spread.Length, count * bins, "spreads");
        if (!frames.Phases.IsEmpty)
            Check(frames.Phases.Length, count * bins, "phases");
        for (int n = 0; n < count; n++)
        {
            var frame = Fresh();
            frames.LogMagnitudes.Slice(n * bins, bins).CopyTo(frame.Levels);
            SetMagnitudes(frame);
            if (_field is not null)
            {
                frames.Balance.Slice(n * StereoBands.Count, StereoBands.Count).CopyTo(frame.Balance);
                frames.Correlation.Slice(n * StereoBands.Count, StereoBands.Count).CopyTo(frame.Correlation);
            }
            frame.HasNoise = !frames.Spread.IsEmpty;
            if (frame.HasNoise)
                _texture.Judge(frames.Spread.Slice(n * bins, bins), frame.Noise);
            Advance(frame, frames.Phases.IsEmpty ? default : frames.Phases.Slice(n * bins, bins));
        }
        return Take();
    }

    /// <summary>
    /// Takes the next frame where its true spectra are known: they stay, and the phases of what follows grow from them. As many
    /// as reach into the frames to come, <see cref="ShortTimeGrid.SettlingFrames"/>, join without a seam.
    /// </summary>
    /// <returns>The samples that became complete, interleaved.</returns>
    public float[] PushKnown(ChannelSpectra spectra)
    {
        Check(spectra.LeftRe.Length, _grid.Bins, "bins");
        Check(spectra.RightRe.Length, _field is null ? 0 : _grid.Bins, "bins of the right channel");
        var frame = Fresh();
        frame.Known = spectra;
        Gather(frame);
        Levels.OfSpectrum(frame.Re, frame.Im, frame.Levels);
        float scale = MathF.Log(_grid.FullScale),
            floor = MathF.Log((float)_options.Floor);
        for (int k = 0; k < _grid.Bins; k++)
        {
            frame.Levels[k] = Math.Max(frame.Levels[k] - scale, floor);
            _known[k] = Turns.Of(frame.Re[k], frame.Im[k]);
        }
        Advance(frame, _known);
        return Take();
    }

    /// <summary>Returns the samples that are left. Nothing may follow.</summary>
    public float[] Finish()
    {
        if (_phases.Finish(_turns))
            Integrate(_waiting.Dequeue());
        if (_options.Iteration)
            _iteration.Finish();
        if (_options.BandGains)
            _correction.Finish();
        int at = _samples.Count;
        for (int channel = 0; channel < _sums.Length; channel++)
            Emit(at, channel, _sums[channel].Finish(_block));
        return Take();
    }

    private void Advance(SpectralFrame frame, ReadOnlySpan<float> phases)
    {
        _waiting.Enqueue(frame);
        if (_phases.Push(frame.Levels, _turns, phases))
            Integrate(_waiting.Dequeue());
    }

    private void Integrate(SpectralFrame frame)
    {
        if (frame.Known is null)
        {
            Turns.ToCartesian(frame.Magnitudes, _turns, frame.Re, frame.Im);
            if (_options.BandGains)
                _bands.Measure(frame.HasNoise ? NoiseTexture.Expected(frame, _known) : frame.Magnitudes, [], frame.BandEnergies);
            _texture.Apply(frame, _frame);
        }
        _frame++;
        if (_options.Iteration)
            _iteration.Push(frame);
        else
            Correct(frame);
    }

    // the phases that the sound has, the magnitudes that it is to have
    private void Reshape(SpectralFrame frame)
    {
        if (frame.Known is not null)
            Gather(frame);
        else
        {
            int k = 0;
            var least = new Vector<float>(1e-30f);
            for (; k <= frame.Re.Length - Vector<float>.Count; k += Vector<float>.Count)
            {
                Vector<float> re = new(frame.Re, k),
                    im = new(frame.Im, k);
                var scale = new Vector<float>(frame.Magnitudes, k) / Vector.SquareRoot(Vector.Max(re * re + im * im, least));
                (re * scale).CopyTo(frame.Re, k);
                (im * scale).CopyTo(frame.Im, k);
            }
            for (; k < frame.Re.Length; k++)
            {
                float scale = frame.Magnitudes[k] / MathF.Sqrt(Math.Max(frame.Re[k] * frame.Re[k] + frame.Im[k] * frame.Im[k], 1e-30f));
                (frame.Re[k], frame.Im[k]) = (frame.Re[k] * scale, frame.Im[k] * scale);
            }
        }
        Correct(frame);
    }

    private void Correct(SpectralFrame frame)
    {
        if (_options.BandGains)
            _correction.Push(frame);
        else
            Render(frame);
    }

    private void Equalize(SpectralFrame frame)
    {
        if (frame.Known is null)
            _bands.Correct(frame.BandEnergies, frame.Re, frame.Im);
        Render(frame);
    }

    private void Render(SpectralFrame frame)
    {
        if (frame.Known is not null)
            frame.Known.CopyTo(_spectra);
        else if (_field is not null)
            _field.Spread(frame, _spectra);
        else
        {
            frame.Re.CopyTo(_spectra.LeftRe, 0);
            frame.Im.CopyTo(_spectra.LeftIm, 0);
        }
        int at = _samples.Count;
        for (int channel = 0; channel < _sums.Length; channel++)
        {
            var (re, im) = channel == 0 ? (_spectra.LeftRe, _spectra.LeftIm) : (_spectra.RightRe, _spectra.RightIm);
            _transform.Inverse(re, im, _block);
            Emit(at, channel, _sums[channel].Add(_block, _block));
        }
        _spare.Push(frame);
    }

    private void Emit(int at, int channel, int count)
    {
        int channels = _sums.Length;
        if (channel == 0)
            CollectionsMarshal.SetCount(_samples, at + count * channels);
        var samples = CollectionsMarshal.AsSpan(_samples)[at..];
        for (int i = 0; i < count; i++)
            samples[i * channels + channel] = _block[i];
    }

    private float[] Take()
    {
        float[] samples = [.. _samples];
        _samples.Clear();
        return samples;
    }

    private SpectralFrame Fresh()
    {
        var frame = _spare.Count > 0 ? _spare.Pop() : new(_grid.Bins);
        (frame.Known, frame.HasNoise) = (null, false);
        return frame;
    }

    private void Gather(SpectralFrame frame)
    {
        if (_field is not null)
            _field.Gather(frame.Known!, frame);
        else
        {
            frame.Known!.LeftRe.CopyTo(frame.Re, 0);
            frame.Known.LeftIm.CopyTo(frame.Im, 0);
        }
    }

    // magnitudes at the floor are silence; sqrt(m^2 - (1.5 floor)^2) goes there without a step
    private void SetMagnitudes(SpectralFrame frame)
    {
        float floor = 1.5f * (float)_options.Floor,
            scale = _grid.FullScale;
        int k = 0;
        for (; k <= frame.Levels.Length - Vector<float>.Count; k += Vector<float>.Count)
            Magnitude(new(frame.Levels, k)).CopyTo(frame.Magnitudes, k);
        for (; k < frame.Levels.Length; k++)
            frame.Magnitudes[k] = Magnitude(new(frame.Levels[k]))[0];

        Vector<float> Magnitude(Vector<float> level) =>
            Vector.SquareRoot(Vector.Max(Vector.Exp(level + level) - new Vector<float>(floor * floor), Vector<float>.Zero)) * scale;
    }

    private static void Check(int found, int wanted, string what)
    {
        if (found != wanted)
            throw new ArgumentException($"{found} {what} were given where {wanted} belong.");
    }
}
