using Melody.Foundation;

namespace Melody.PhaseRetrieval;

/// <summary>
/// Noise for bins whose magnitude is noise: the transform of one long white noise, shaped by the magnitudes. A magnitude that
/// was learned as a median is smooth where noise is rough; and phases that frames draw each on their own cancel where
/// they overlap, while those of one signal do not.
/// </summary>
internal sealed class NoiseTexture
{
    private const uint Stream = 0x546578; // "Tex"

    private readonly ShortTimeGrid _grid;
    private readonly ShortTimeTransform _transform;
    private readonly float[] _noise,
        _re,
        _im;
    private readonly ulong _seed;
    private readonly float _scale,
        _tonal,
        _noisy;
    private long _end;

    /// <param name="grid">Window and hop.</param>
    /// <param name="options">Seed, and which spreads are tone and noise.</param>
    public NoiseTexture(ShortTimeGrid grid, SynthesisOptions options)
    {
        (_grid, _transform, _seed) = (grid, new(grid), options.Seed);
        (_tonal, _noisy) = ((float)options.TonalSpread, (float)options.NoiseSpread);
        (_noise, _re, _im) = (new float[grid.FftSize], new float[grid.Bins], new float[grid.Bins]);
        // a number in [-1/2, 1/2) has variance 1/12, half of it in either part of a bin; the median of a Rayleigh
        // distribution is sqrt(2 ln 2) of the deviation of a part
        double energy = grid.Window.Sum(w => (double)w * w) / 12;
        _scale = (float)(1 / Math.Sqrt(energy * Math.Log(2)));
    }

    /// <summary>How much each bin is noise: a smooth step of its spread.</summary>
    public void Judge(ReadOnlySpan<float> spread, Span<float> noise)
    {
        for (int k = 0; k < noise.Length; k++)
        {
            float x = Math.Clamp((spread[k] - _tonal) / (_noisy - _tonal), 0, 1);
            noise[k] = x * x * (3 - 2 * x);
        }
    }

    /// <summary>Magnitudes whose squares are the energies to expect: those of noise are 1 / ln 2 times their median's square.</summary>
    /// <param name="frame">Magnitudes and shares of noise.</param>
    /// <param name="magnitudes">Receives one number a bin; returned.</param>
    public static float[] Expected(SpectralFrame frame, float[] magnitudes)
    {
        const float gain = 0.442695f; // 1 / ln 2 - 1
        for (int k = 0; k < magnitudes.Length; k++)
            magnitudes[k] = frame.Magnitudes[k] * MathF.Sqrt(1 + gain * frame.Noise[k]);
        return magnitudes;
    }

    /// <summary>Mixes noise into a frame's spectrum, and its magnitudes with it.</summary>
    /// <param name="frame">Spectrum, magnitudes and shares of noise.</param>
    /// <param name="number">The frame's number from the beginning of the sound.</param>
    public void Apply(SpectralFrame frame, long number)
    {
        if (!frame.HasNoise)
            return;
        Move(number * _grid.Hop);
        _transform.Forward(_noise, _re, _im);
        for (int k = 0; k < _re.Length; k++)
        {
            float share = frame.Noise[k];
            if (share <= 0)
                continue;
            float tone = MathF.Sqrt(1 - share),
                noise = MathF.Sqrt(share) * _scale * frame.Magnitudes[k],
                re = tone * frame.Re[k] + noise * _re[k],
                im = tone * frame.Im[k] + noise * _im[k];
            (frame.Re[k], frame.Im[k], frame.Magnitudes[k]) = (re, im, MathF.Sqrt(re * re + im * im));
        }
    }

    private void Move(long start)
    {
        int kept = (int)Math.Clamp(_end - start, 0, _noise.Length);
        _noise.AsSpan(_noise.Length - kept).CopyTo(_noise);
        _end = start + _noise.Length;
        var key = ((uint)_seed, (uint)(_seed >> 32));
        var drawn = (0u, 0u, 0u, 0u);
        long block = -1;
        for (int i = kept; i < _noise.Length; i++)
        {
            long sample = start + i;
            if (block != sample / 4)
            {
                block = sample / 4;
                drawn = CounterRandom.Philox(((uint)block, (uint)(block >> 32), Stream, 0), key);
            }
            uint bits = (sample % 4) switch
            {
                0 => drawn.Item1,
                1 => drawn.Item2,
                2 => drawn.Item3,
                _ => drawn.Item4,
            };
            _noise[i] = (int)bits * (1f / 4294967296f);
        }
    }
}
