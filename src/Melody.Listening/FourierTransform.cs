using System.Numerics;

namespace Melody.Listening;

/// <summary>
/// The discrete Fourier transform of sizes with small prime factors, in managed code and double precision, so that several
/// threads may listen at once (Cooley and Tukey, "An algorithm for the machine calculation of complex Fourier series", 1965).
/// </summary>
internal sealed class FourierTransform
{
    private readonly Complex[] _roots;
    private readonly List<int> _factors = [];

    /// <summary>For this many samples.</summary>
    public FourierTransform(int size)
    {
        _roots = [.. Enumerable.Range(0, size).Select(i => Complex.FromPolarCoordinates(1, -2 * Math.PI * i / size))];
        foreach (int factor in Enumerable.Range(2, size).Prepend(4))
            for (; size % factor == 0 && size > 1; size /= factor)
                _factors.Add(factor);
    }

    /// <summary>X[k] = sum_n x[n] exp(-2 pi i k n / N).</summary>
    public void Transform(ReadOnlySpan<double> samples, Span<Complex> spectrum) => Step(samples, spectrum, _roots.Length, 1, 0);

    private void Step(ReadOnlySpan<double> samples, Span<Complex> spectrum, int length, int stride, int level)
    {
        if (length == 1)
        {
            spectrum[0] = samples[0];
            return;
        }
        int parts = _factors[level],
            part = length / parts;
        for (int r = 0; r < parts; r++)
            Step(samples[(r * stride)..], spectrum.Slice(r * part, part), part, stride * parts, level + 1);
        Span<Complex> turned = stackalloc Complex[parts];
        for (int k = 0; k < part; k++)
        {
            for (int r = 0; r < parts; r++)
                turned[r] = spectrum[r * part + k] * _roots[r * k * stride];
            for (int q = 0; q < parts; q++)
            {
                var sum = turned[0];
                for (int r = 1; r < parts; r++)
                    sum += turned[r] * _roots[r * q * part * stride % _roots.Length];
                spectrum[q * part + k] = sum;
            }
        }
    }

    /// <summary>
    /// Magnitudes [frames][size / 2 + 1] under a periodic Hann window, a sine of amplitude 1 reading 1. Frame m is centred at
    /// sample m hop; the sound is mirrored at its ends.
    /// </summary>
    public float[][] Magnitudes(ReadOnlySpan<float> samples, int hop)
    {
        int size = _roots.Length,
            half = size / 2,
            count = Math.Max(samples.Length, half + 1);
        var padded = new double[count + 2 * half];
        for (int i = 0; i < padded.Length; i++)
        {
            int n = Math.Abs(i - half);
            if (n >= count)
                n = 2 * (count - 1) - n;
            padded[i] = n < samples.Length ? samples[n] : 0;
        }
        var (windowed, spectrum, magnitudes) = (new double[size], new Complex[size], new float[1 + count / hop][]);
        for (int frame = 0; frame < magnitudes.Length; frame++)
        {
            for (int i = 0; i < size; i++)
                windowed[i] = padded[frame * hop + i] * (0.5 - 0.5 * _roots[i].Real);
            Transform(windowed, spectrum);
            magnitudes[frame] = [.. spectrum.Take(half + 1).Select(x => (float)(x.Magnitude * 4 / size))];
        }
        return magnitudes;
    }
}
