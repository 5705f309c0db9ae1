namespace Melody.PhaseRetrieval;

/// <summary>
/// Sound to the complex spectra of its frames and back, in float32. A bin's phase counts from the middle of the window, where
/// a window that is even in time is real and positive. Not for several threads at once.
/// </summary>
internal sealed class ShortTimeTransform
{
    private readonly ShortTimeGrid _grid;
    private readonly RealTransform _transform;
    private readonly float[] _frame;

    /// <param name="grid">Window and hop.</param>
    public ShortTimeTransform(ShortTimeGrid grid) => (_grid, _transform, _frame) = (grid, new(grid.FftSize), new float[grid.FftSize]);

    /// <summary>The spectrum of one window.</summary>
    /// <param name="samples">N samples, without a window.</param>
    /// <param name="re">Receives real parts, one a bin.</param>
    /// <param name="im">Receives imaginary parts.</param>
    public void Forward(ReadOnlySpan<float> samples, Span<float> re, Span<float> im)
    {
        _transform.Forward(samples, _grid.Window, re, im);
        CentreTime(re, im);
    }

    /// <summary>The samples of one spectrum, under the window.</summary>
    /// <param name="re">Real parts, one a bin; changed.</param>
    /// <param name="im">Imaginary parts; changed.</param>
    /// <param name="samples">Receives N samples.</param>
    public void Inverse(Span<float> re, Span<float> im, Span<float> samples)
    {
        CentreTime(re, im);
        _transform.Inverse(re, im, _grid.Window, samples);
    }

    /// <summary>All frames of one channel: real and imaginary parts, [frames, bins] in rows.</summary>
    public (float[] Re, float[] Im) Analyze(ReadOnlySpan<float> samples)
    {
        int frames = _grid.FramesOf(samples.Length),
            bins = _grid.Bins;
        var (re, im) = (new float[frames * bins], new float[frames * bins]);
        for (int n = 0; n < frames; n++)
        {
            int start = (int)_grid.Start(n),
                from = Math.Max(0, start),
                to = Math.Min(samples.Length, start + _grid.FftSize);
            _frame.AsSpan().Clear();
            if (to > from)
                samples[from..to].CopyTo(_frame.AsSpan(from - start));
            Forward(_frame, re.AsSpan(n * bins, bins), im.AsSpan(n * bins, bins));
        }
        return (re, im);
    }

    // a shift by half a window turns every other bin by half a turn
    private static void CentreTime(Span<float> re, Span<float> im)
    {
        for (int k = 1; k < re.Length; k += 2)
            (re[k], im[k]) = (-re[k], -im[k]);
    }
}
