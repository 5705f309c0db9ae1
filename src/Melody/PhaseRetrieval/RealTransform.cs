namespace Melody.PhaseRetrieval;

/// <summary>
/// The discrete Fourier transform of an even number of real samples N, by a complex transform of half the length
/// (Press et al., "Numerical Recipes", 3rd edition, 12.3). Not for several threads at once.
/// </summary>
internal sealed class RealTransform
{
    private readonly ComplexTransform _half;
    private readonly float[] _re,
        _im,
        _cos,
        _sin;

    /// <param name="size">N, even.</param>
    public RealTransform(int size)
    {
        if (size < 2 || size % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(size), size, "The transform takes an even number of samples.");
        int half = size / 2;
        _half = new(half);
        (_re, _im) = (new float[half], new float[half]);
        (_cos, _sin) = (new float[half / 2 + 1], new float[half / 2 + 1]);
        for (int k = 0; k < _cos.Length; k++)
            (_cos[k], _sin[k]) = ((float)Math.Cos(2 * Math.PI * k / size), (float)Math.Sin(2 * Math.PI * k / size));
    }

    /// <summary>X[k] = sum_j w[j] x[j] exp(-2 pi i j k / N) for k = 0 .. N / 2.</summary>
    /// <param name="samples">N samples, x.</param>
    /// <param name="window">N factors, w.</param>
    /// <param name="re">Receives the real parts, N / 2 + 1.</param>
    /// <param name="im">Receives the imaginary parts, N / 2 + 1.</param>
    public void Forward(ReadOnlySpan<float> samples, ReadOnlySpan<float> window, Span<float> re, Span<float> im)
    {
        int half = _half.Length;
        samples = samples[..(2 * half)];
        window = window[..(2 * half)];
        float[] zr = _re,
            zi = _im;
        for (int j = 0; j < zr.Length; j++)
        {
            zr[j] = samples[2 * j] * window[2 * j];
            zi[j] = samples[2 * j + 1] * window[2 * j + 1];
        }
        _half.Forward(zr, zi);
        (re[0], im[0], re[half], im[half]) = (zr[0] + zi[0], 0, zr[0] - zi[0], 0);
        for (int k = 1; k <= half / 2; k++)
        {
            int m = half - k;
            float evenR = 0.5f * (zr[k] + zr[m]),
                evenI = 0.5f * (zi[k] - zi[m]),
                oddR = 0.5f * (zi[k] + zi[m]),
                oddI = 0.5f * (zr[m] - zr[k]);
            float turnR = oddR * _cos[k] + oddI * _sin[k],
                turnI = oddI * _cos[k] - oddR * _sin[k];
            (re[k], im[k]) = (evenR + turnR, evenI + turnI);
            (re[m], im[m]) = (evenR - turnR, turnI - evenI);
        }
    }

    /// <summary>
    /// The windowed inverse: x[j] = w[j] / N sum_k X[k] exp(2 pi i j k / N); imaginary parts of the end bins count nothing.
    /// </summary>
    /// <param name="re">Real parts, N / 2 + 1.</param>
    /// <param name="im">Imaginary parts, N / 2 + 1.</param>
    /// <param name="window">N factors, w.</param>
    /// <param name="samples">Receives N samples.</param>
    public void Inverse(ReadOnlySpan<float> re, ReadOnlySpan<float> im, ReadOnlySpan<float> window, Span<float> samples)
    {
        int half = _half.Length;
        float[] zr = _re,
            zi = _im;
        (zr[0], zi[0]) = (re[0] + re[half], re[0] - re[half]);
        for (int k = 1; k <= half / 2; k++)
        {
            int m = half - k;
            float evenR = re[k] + re[m],
                evenI = im[k] - im[m],
                gapR = re[k] - re[m],
                gapI = im[k] + im[m];
            float oddR = gapR * _cos[k] - gapI * _sin[k],
                oddI = gapR * _sin[k] + gapI * _cos[k];
            (zr[k], zi[k]) = (evenR - oddI, evenI + oddR);
            (zr[m], zi[m]) = (evenR + oddI, oddR - evenI);
        }
        _half.Forward(zi, zr);
        float scale = 1f / (2 * half);
        samples = samples[..(2 * half)];
        window = window[..(2 * half)];
        for (int j = 0; j < zr.Length; j++)
        {
            samples[2 * j] = zr[j] * scale * window[2 * j];
            samples[2 * j + 1] = zi[j] * scale * window[2 * j + 1];
        }
    }
}
