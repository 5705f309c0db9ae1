using System.Numerics;

namespace Melody.PhaseRetrieval;

/// <summary>
/// How the phase of a short-time Fourier transform moves from frame to frame and from bin to bin, read off its magnitudes.
/// Phases count from the middle of a window.
/// </summary>
/// <remarks>
/// Průša, Balazs and Søndergaard (2017, equations 17 and 18) have both slopes proportional to slopes of the log-magnitude,
/// which is exact for a Gaussian window, and take 0.25645 N^2 for its width where the window is a Hann window of N samples.
/// Here the window's own shape is inverted, which is exact for the two sounds that phases matter most for. The spectrum of a
/// steady sine d bins above bin k is sin(pi d) / (d (1 - d^2)), so the bins around k stand in the ratio
/// (1 + d)(2 + d) : (1 - d)(2 - d). A click t samples after the middle of frame n reads cos^2(pi t / N), so the frames around
/// n stand in the ratio cos^2(x - b) : cos^2(x + b) with x = pi t / N and b = pi hop / N. For ratios near one both are the
/// paper's slopes, with the widths 3 / (4 pi) N^2 = 0.239 N^2 and b / (pi tan b) N^2, 0.259 N^2 for 480 of 2,048 samples.
/// </remarks>
internal sealed class PhaseGradients
{
    private readonly float[] _advance;
    private readonly float _hopOfWindow,
        _cotangent;

    /// <param name="grid">Window and hop.</param>
    public PhaseGradients(ShortTimeGrid grid)
    {
        _hopOfWindow = (float)grid.Hop / grid.FftSize;
        _cotangent = (float)(1 / Math.Tan(Math.PI * grid.Hop / grid.FftSize));
        _advance = new float[grid.Bins];
        for (int k = 0; k < _advance.Length; k++)
            _advance[k] = (float)((long)grid.Hop * k % grid.FftSize / (double)grid.FftSize);
    }

    /// <summary>Square roots of magnitudes, from which the slopes are computed.</summary>
    /// <param name="levels">Log-magnitudes, <see cref="Levels.Silence"/> or more.</param>
    /// <param name="roots">Receives exp(level / 2).</param>
    public static void Roots(ReadOnlySpan<float> levels, Span<float> roots)
    {
        int k = 0;
        for (; k <= levels.Length - Vector<float>.Count; k += Vector<float>.Count)
            Vector.Exp(new Vector<float>(levels[k..]) * 0.5f).CopyTo(roots[k..]);
        for (; k < levels.Length; k++)
            roots[k] = Vector.Exp(new Vector<float>(levels[k] * 0.5f))[0];
    }

    /// <summary>Turns from a frame to the next at each bin, as this frame tells them.</summary>
    /// <param name="roots">Square roots of the frame's magnitudes, positive, one a bin.</param>
    /// <param name="turns">Receives one number a bin.</param>
    public void OverTime(ReadOnlySpan<float> roots, Span<float> turns)
    {
        int last = _advance.Length - 1,
            k = 1;
        // the spectrum of real samples is mirrored at its ends, where its slope is zero
        (turns[0], turns[last]) = (_advance[0], _advance[last]);
        for (; k <= last - Vector<float>.Count; k += Vector<float>.Count)
            Step(new(roots[(k - 1)..]), new(roots[(k + 1)..]), new(_advance, k)).CopyTo(turns[k..]);
        for (; k < last; k++)
            turns[k] = Step(new(roots[k - 1]), new(roots[k + 1]), new(_advance[k]))[0];
    }

    /// <summary>Turns from a bin to the next at each bin of a frame, from the frames around it.</summary>
    /// <param name="earlier">Square roots of magnitudes of the frame before, positive, or of the frame itself where there is none.</param>
    /// <param name="later">The same of the frame after, or of the frame itself where there is none.</param>
    /// <param name="frames">Frames between the two: 2, 1 at an end, 0 for a frame alone.</param>
    /// <param name="turns">Receives one number a bin.</param>
    public void OverFrequency(ReadOnlySpan<float> earlier, ReadOnlySpan<float> later, int frames, Span<float> turns)
    {
        int k = 0;
        for (; k <= earlier.Length - Vector<float>.Count; k += Vector<float>.Count)
            Delay(new(earlier[k..]), new(later[k..]), frames < 2).CopyTo(turns[k..]);
        for (; k < earlier.Length; k++)
            turns[k] = Delay(new(earlier[k]), new(later[k]), frames < 2)[0];
    }

    /// <summary>The average of two rows, which is the trapezoidal rule's step.</summary>
    public static void Average(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> average)
    {
        int k = 0;
        for (; k <= first.Length - Vector<float>.Count; k += Vector<float>.Count)
            ((new Vector<float>(first[k..]) + new Vector<float>(second[k..])) * 0.5f).CopyTo(average[k..]);
        for (; k < first.Length; k++)
            average[k] = (first[k] + second[k]) * 0.5f;
    }

    // d = 4 T / (3 + sqrt(9 - 8 T^2)) with T = (above - below) / (above + below) solves the ratio of the bins for d
    private Vector<float> Step(Vector<float> below, Vector<float> above, Vector<float> advance)
    {
        (below, above) = (below * below, above * above);
        var t = (above - below) / (above + below);
        var root = Vector.SquareRoot(new Vector<float>(9) - t * t * 8);
        return Vector.FusedMultiplyAdd(t * (4 * _hopOfWindow) / (root + new Vector<float>(3)), Vector<float>.One, advance);
    }

    // x = atan(T cot b) with T = (sqrt after - sqrt before) / (sqrt after + sqrt before) solves the ratio of the frames for x
    private Vector<float> Delay(Vector<float> earlier, Vector<float> later, bool halfWay)
    {
        if (halfWay)
            (earlier, later) = (earlier * earlier, later * later);
        return ArcTangent((earlier - later) / (earlier + later) * _cotangent) * (1 / MathF.PI);
    }

    // in error by less than 2e-5 (Abramowitz and Stegun, "Handbook of Mathematical Functions", 4.4.49 with its last terms)
    private static Vector<float> ArcTangent(Vector<float> x)
    {
        var size = Vector.Abs(x);
        var one = Vector<float>.One;
        var large = Vector.GreaterThan(size, one);
        var y = Vector.Min(size, one / Vector.Max(size, new Vector<float>(1e-20f)));
        var square = y * y;
        var sum = new Vector<float>(0.0208351f);
        sum = Vector.FusedMultiplyAdd(sum, square, new(-0.0851330f));
        sum = Vector.FusedMultiplyAdd(sum, square, new(0.1801410f));
        sum = Vector.FusedMultiplyAdd(sum, square, new(-0.3302995f));
        sum = Vector.FusedMultiplyAdd(sum, square, new(0.9998660f)) * y;
        return Vector.CopySign(Vector.ConditionalSelect(large, new Vector<float>(MathF.PI / 2) - sum, sum), x);
    }
}
