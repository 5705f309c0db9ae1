using Melody.Corpus.Production;

namespace Melody.Corpus.Mixing;

/// <summary>
/// Makes a side signal from a middle one. What is added to the left is taken from the right, so the mono sum does not
/// change (Lauridsen, 1954).
/// </summary>
internal static class StereoWidth
{
    private const double TurnHertz = 500;

    /// <summary>
    /// side += amount * A(middle), A an all-pass of first order: +1 far below 500 Hz, -1 far above, so low notes come from
    /// the left and high ones from the right.
    /// </summary>
    public static void AddSpread(Span<float> side, ReadOnlySpan<float> middle, int rate, double amount)
    {
        double tangent = Math.Tan(Math.PI * Math.Min(TurnHertz / rate, 0.49));
        double c = (tangent - 1) / (tangent + 1);
        double state = 0;
        for (int n = 0; n < side.Length; n++)
        {
            double x = middle[n];
            double y = c * x + state;
            state = x - c * y;
            side[n] += (float)(amount * y);
        }
    }

    /// <summary>
    /// side += amount * (d1 - d2) / sqrt(2), the d two echoes of the middle after about 9 and 16 ms that swing slowly against each
    /// other: a chorus on the sides alone. Slow waves cancel, so the bass stays in the middle.
    /// </summary>
    /// <param name="side">The side signal.</param>
    /// <param name="middle">The middle signal.</param>
    /// <param name="rate">Sample rate, Hz.</param>
    /// <param name="amount">Level.</param>
    /// <param name="phase">Where the swing begins, radians.</param>
    public static void AddDecorrelated(float[] side, float[] middle, int rate, double amount, double phase)
    {
        float[] first = ModulatedDelay.Read(middle, 0.0012 * rate, 0.009 * rate, 0.31 / rate, phase);
        float[] second = ModulatedDelay.Read(middle, 0.0012 * rate, 0.016 * rate, 0.23 / rate, phase + 2);
        Blend.Add(side, first, (float)(amount * Math.Sqrt(0.5)));
        Blend.Add(side, second, (float)(-amount * Math.Sqrt(0.5)));
    }
}
