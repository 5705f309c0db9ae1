using System.Numerics;

namespace Melody.PhaseRetrieval;

/// <summary>
/// The complex discrete Fourier transform of any length, in float32 on separate real and imaginary parts: Stockham's
/// self-sorting form with radices 4, 2 and odd primes (Cochran et al., "What is the fast Fourier transform?", 1967;
/// Van Loan, "Computational Frameworks for the Fast Fourier Transform", 1992, section 1.7). Not for several threads at once.
/// </summary>
/// <remarks>
/// A pass with stride s and radix r reads r streams without a gap and writes blocks of s. Strides that are multiples of a
/// vector's width run on vectors; the first passes, whose strides are small, run on single numbers.
/// </remarks>
internal sealed class ComplexTransform
{
    private readonly record struct Pass(int Radix, int Stride, float[] Cos, float[] Sin);

    private readonly List<Pass> _passes = [];
    private readonly float[] _re,
        _im,
        _rootCos,
        _rootSin,
        _gatheredRe,
        _gatheredIm;

    /// <param name="length">Numbers in a transform, 1 at least.</param>
    public ComplexTransform(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        (_re, _im) = (new float[length], new float[length]);
        (_rootCos, _rootSin) = Roots(length, length);
        int largest = 1;
        for (int stride = 1; stride < length; )
        {
            int left = length / stride,
                radix = SmallestRadix(left);
            var (cos, sin) = Roots(left, left / radix * (radix - 1), i => (long)(i / (radix - 1)) * (i % (radix - 1) + 1));
            _passes.Add(new(radix, stride, cos, sin));
            stride *= radix;
            largest = Math.Max(largest, radix);
        }
        (_gatheredRe, _gatheredIm) = (new float[largest], new float[largest]);
    }

    /// <summary>Numbers in a transform.</summary>
    public int Length { get; }

    /// <summary>
    /// X[k] = sum_j x[j] exp(-2 pi i j k / length), in place. With the two parts swapped it is the inverse times the length.
    /// </summary>
    public void Forward(Span<float> re, Span<float> im)
    {
        Span<float> toRe = _re,
            toIm = _im;
        Span<float> fromRe = re[..Length],
            fromIm = im[..Length];
        foreach (var pass in _passes)
        {
            if (pass.Radix == 4 && pass.Stride % Vector<float>.Count == 0)
                FourOnVectors(pass, fromRe, fromIm, toRe, toIm);
            else if (pass.Radix == 4)
                Four(pass, fromRe, fromIm, toRe, toIm);
            else
                General(pass, fromRe, fromIm, toRe, toIm);
            var otherRe = fromRe;
            var otherIm = fromIm;
            fromRe = toRe;
            fromIm = toIm;
            toRe = otherRe;
            toIm = otherIm;
        }
        if (_passes.Count % 2 == 1)
        {
            fromRe.CopyTo(re);
            fromIm.CopyTo(im);
        }
    }

    private static int SmallestRadix(int length)
    {
        if (length % 4 == 0)
            return 4;
        for (int radix = 2; radix * radix <= length; radix++)
            if (length % radix == 0)
                return radix;
        return length;
    }

    private static (float[] Cos, float[] Sin) Roots(int period, int count, Func<int, long>? exponent = null)
    {
        var (cos, sin) = (new float[count], new float[count]);
        for (int i = 0; i < count; i++)
        {
            var (s, c) = Math.SinCos(-2 * Math.PI * ((exponent?.Invoke(i) ?? i) % period) / period);
            (cos[i], sin[i]) = ((float)c, (float)s);
        }
        return (cos, sin);
    }

    private void FourOnVectors(in Pass pass, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        int stride = pass.Stride,
            quarter = Length / 4,
            width = Vector<float>.Count;
        for (int p = 0; p * stride < quarter; p++)
        {
            int t = 3 * p,
                from = p * stride,
                to = 4 * p * stride;
            Vector<float> c1 = new(pass.Cos[t]),
                s1 = new(pass.Sin[t]),
                c2 = new(pass.Cos[t + 1]),
                s2 = new(pass.Sin[t + 1]),
                c3 = new(pass.Cos[t + 2]),
                s3 = new(pass.Sin[t + 2]);
            for (int q = 0; q < stride; q += width)
            {
                int i = from + q;
                Vector<float> ar = new(re[i..]),
                    ai = new(im[i..]),
                    br = new(re[(i + quarter)..]),
                    bi = new(im[(i + quarter)..]),
                    cr = new(re[(i + 2 * quarter)..]),
                    ci = new(im[(i + 2 * quarter)..]),
                    dr = new(re[(i + 3 * quarter)..]),
                    di = new(im[(i + 3 * quarter)..]);
                var (sumR, sumI, gapR, gapI) = (ar + cr, ai + ci, ar - cr, ai - ci);
                var (oddR, oddI, turnR, turnI) = (br + dr, bi + di, bi - di, dr - br);
                int o = to + q;
                (sumR + oddR).CopyTo(toRe[o..]);
                (sumI + oddI).CopyTo(toIm[o..]);
                var (xr, xi) = (gapR + turnR, gapI + turnI);
                (xr * c1 - xi * s1).CopyTo(toRe[(o + stride)..]);
                (xr * s1 + xi * c1).CopyTo(toIm[(o + stride)..]);
                (xr, xi) = (sumR - oddR, sumI - oddI);
                (xr * c2 - xi * s2).CopyTo(toRe[(o + 2 * stride)..]);
                (xr * s2 + xi * c2).CopyTo(toIm[(o + 2 * stride)..]);
                (xr, xi) = (gapR - turnR, gapI - turnI);
                (xr * c3 - xi * s3).CopyTo(toRe[(o + 3 * stride)..]);
                (xr * s3 + xi * c3).CopyTo(toIm[(o + 3 * stride)..]);
            }
        }
    }

    private void Four(in Pass pass, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        int stride = pass.Stride,
            quarter = Length / 4;
        ReadOnlySpan<float> re1 = re.Slice(quarter, quarter),
            im1 = im.Slice(quarter, quarter),
            re2 = re.Slice(2 * quarter, quarter),
            im2 = im.Slice(2 * quarter, quarter),
            re3 = re.Slice(3 * quarter, quarter),
            im3 = im.Slice(3 * quarter, quarter);
        for (int p = 0, i = 0; i < quarter; p++)
        {
            int t = 3 * p;
            float c1 = pass.Cos[t],
                s1 = pass.Sin[t],
                c2 = pass.Cos[t + 1],
                s2 = pass.Sin[t + 1],
                c3 = pass.Cos[t + 2],
                s3 = pass.Sin[t + 2];
            for (int o = 4 * p * stride, end = o + stride; o < end; o++, i++)
            {
                var (sumR, sumI, gapR, gapI) = (re[i] + re2[i], im[i] + im2[i], re[i] - re2[i], im[i] - im2[i]);
                var (oddR, oddI, turnR, turnI) = (re1[i] + re3[i], im1[i] + im3[i], im1[i] - im3[i], re3[i] - re1[i]);
                toRe[o] = sumR + oddR;
                toIm[o] = sumI + oddI;
                var (xr, xi) = (gapR + turnR, gapI + turnI);
                toRe[o + stride] = xr * c1 - xi * s1;
                toIm[o + stride] = xr * s1 + xi * c1;
                (xr, xi) = (sumR - oddR, sumI - oddI);
                toRe[o + 2 * stride] = xr * c2 - xi * s2;
                toIm[o + 2 * stride] = xr * s2 + xi * c2;
                (xr, xi) = (gapR - turnR, gapI - turnI);
                toRe[o + 3 * stride] = xr * c3 - xi * s3;
                toIm[o + 3 * stride] = xr * s3 + xi * c3;
            }
        }
    }

    private void General(in Pass pass, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        int radix = pass.Radix,
            stride = pass.Stride,
            part = Length / radix;
        for (int i = 0; i < part; i++)
        {
            int p = i / stride,
                to = i + (radix - 1) * p * stride;
            for (int j = 0; j < radix; j++)
                (_gatheredRe[j], _gatheredIm[j]) = (re[i + j * part], im[i + j * part]);
            for (int k = 0; k < radix; k++)
            {
                float sumR = _gatheredRe[0],
                    sumI = _gatheredIm[0];
                for (int j = 1; j < radix; j++)
                {
                    int root = j * k % radix * part;
                    float c = _rootCos[root],
                        s = _rootSin[root];
                    sumR += _gatheredRe[j] * c - _gatheredIm[j] * s;
                    sumI += _gatheredRe[j] * s + _gatheredIm[j] * c;
                }
                if (k > 0)
                {
                    int t = (radix - 1) * p + k - 1;
                    float c = pass.Cos[t],
                        s = pass.Sin[t];
                    (sumR, sumI) = (sumR * c - sumI * s, sumR * s + sumI * c);
                }
                (toRe[to + k * stride], toIm[to + k * stride]) = (sumR, sumI);
            }
        }
    }
}
