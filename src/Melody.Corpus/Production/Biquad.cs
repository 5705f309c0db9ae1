namespace Melody.Corpus.Production;

/// <summary>
/// A second-order filter, transposed direct form II, with the designs of Robert Bristow-Johnson's "Cookbook formulae
/// for audio equalizer biquad filter coefficients". Corner frequencies are kept under 0.49 of the sample rate.
/// </summary>
internal sealed class Biquad
{
    private readonly double _b0,
        _b1,
        _b2,
        _a1,
        _a2;
    private double _s1,
        _s2;

    private Biquad(double b0, double b1, double b2, double a0, double a1, double a2) =>
        (_b0, _b1, _b2, _a1, _a2) = (b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0);

    public static Biquad LowPass(double hertz, int rate, double q = 0.7071)
    {
        var (cos, alpha) = Prepare(hertz, rate, q);
        return new((1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
    }

    public static Biquad HighPass(double hertz, int rate, double q = 0.7071)
    {
        var (cos, alpha) = Prepare(hertz, rate, q);
        return new((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha);
    }

    public static Biquad Bell(double hertz, double decibels, int rate, double q = 0.8)
    {
        var (cos, alpha) = Prepare(hertz, rate, q);
        double a = Math.Pow(10, decibels / 40);
        return new(1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a);
    }

    public static Biquad LowShelf(double hertz, double decibels, int rate) => Shelf(hertz, decibels, rate, 1);

    public static Biquad HighShelf(double hertz, double decibels, int rate) => Shelf(hertz, decibels, rate, -1);

    /// <summary>Filters in place.</summary>
    public void Process(Span<float> samples)
    {
        var (s1, s2) = (_s1, _s2);
        for (int i = 0; i < samples.Length; i++)
        {
            double x = samples[i];
            double y = _b0 * x + s1;
            s1 = _b1 * x - _a1 * y + s2;
            s2 = _b2 * x - _a2 * y;
            samples[i] = (float)y;
        }
        (_s1, _s2) = (s1, s2);
    }

    // the two shelves differ in the sign of every cosine
    private static Biquad Shelf(double hertz, double decibels, int rate, int sign)
    {
        var (cos, alpha) = Prepare(hertz, rate, 0.5);
        double a = Math.Pow(10, decibels / 40);
        double c = sign * cos;
        double root = 2 * Math.Sqrt(a) * alpha;
        return new(
            a * (a + 1 - (a - 1) * c + root),
            sign * 2 * a * (a - 1 - (a + 1) * c),
            a * (a + 1 - (a - 1) * c - root),
            a + 1 + (a - 1) * c + root,
            sign * -2 * (a - 1 + (a + 1) * c),
            a + 1 + (a - 1) * c - root
        );
    }

    private static (double Cosine, double Alpha) Prepare(double hertz, int rate, double q)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Math.Min(hertz / rate, 0.49));
        return (cosine, sine / (2 * q));
    }
}
