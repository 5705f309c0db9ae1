namespace Melody.Corpus.Production;

/// <summary>
/// A valve-like curve y = tanh(g x), averaged over the way from one sample to the next (first-order antiderivative
/// antialiasing; Parker, Zavalishin and Le Bivic, "Reducing the aliasing of nonlinear waveshaping", DAFx 2016), so that
/// hard drive at a low sample rate does not sound of folded partials.
/// </summary>
internal static class Saturation
{
    /// <summary>Drives samples in place by <paramref name="gain"/>; small signals come back at their own level.</summary>
    public static void Process(Span<float> samples, double gain)
    {
        double last = 0,
            lastIntegral = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double x = gain * samples[i];
            double integral = LogCosh(x);
            double step = x - last;
            double y = Math.Abs(step) > 1e-4 ? (integral - lastIntegral) / step : Math.Tanh(0.5 * (x + last));
            samples[i] = (float)(y / gain);
            (last, lastIntegral) = (x, integral);
        }
    }

    private static double LogCosh(double x)
    {
        double size = Math.Abs(x);
        return size + Math.Log(0.5 + 0.5 * Math.Exp(-2 * size));
    }
}
