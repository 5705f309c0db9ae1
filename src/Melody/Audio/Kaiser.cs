namespace Melody.Audio;

/// <summary>The Kaiser window I0(beta sqrt(1 - x^2)) / I0(beta) (J. F. Kaiser 1974).</summary>
internal static class Kaiser
{
    /// <summary>Its value at <paramref name="x"/>, 0 from |x| = 1 on.</summary>
    public static double Window(double x, double beta) => Math.Abs(x) >= 1 ? 0 : Bessel(beta * Math.Sqrt(1 - x * x)) / Bessel(beta);

    // I0, the modified Bessel function of the first kind, by its power series.
    private static double Bessel(double x)
    {
        double sum = 1,
            term = 1,
            quarter = x * x / 4;
        for (int k = 1; term > 1e-12 * sum; k++)
            sum += term *= quarter / ((double)k * k);
        return sum;
    }
}
