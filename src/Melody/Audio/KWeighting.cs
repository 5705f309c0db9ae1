namespace Melody.Audio;

/// <summary>
/// The K-weighting of ITU-R BS.1770-4 annex 1: a high shelf of +4 dB for the head, then the RLB high-pass. The standard
/// gives coefficients for 48 kHz only; here the analogue prototypes behind them (shelf 1681.97 Hz, 3.99984 dB, Q 0.70718;
/// high-pass 38.1355 Hz, Q 0.50033) go through the bilinear transform at any rate, which gives the standard's numbers at 48 kHz.
/// </summary>
internal sealed class KWeighting
{
    /// <summary>The lowest rate whose spectrum holds the shelf, Hz.</summary>
    public const int MinimumSampleRate = 4000;

    private Biquad _shelf,
        _highPass;

    /// <summary>Designs both filters.</summary>
    /// <param name="sampleRate">Hz.</param>
    public KWeighting(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, MinimumSampleRate);
        _shelf = Shelf(sampleRate);
        _highPass = HighPass(sampleRate);
    }

    /// <summary>The next sample, weighted.</summary>
    public double Next(double sample) => _highPass.Next(_shelf.Next(sample));

    internal static Biquad Shelf(int sampleRate)
    {
        const double quality = 0.7071752369554196;
        double k = Math.Tan(Math.PI * 1681.974450955533 / sampleRate);
        double high = Math.Pow(10, 3.999843853973347 / 20),
            band = Math.Pow(high, 0.4996667741545416);
        double a0 = 1 + k / quality + k * k;
        return new(
            (high + band * k / quality + k * k) / a0,
            2 * (k * k - high) / a0,
            (high - band * k / quality + k * k) / a0,
            2 * (k * k - 1) / a0,
            (1 - k / quality + k * k) / a0
        );
    }

    internal static Biquad HighPass(int sampleRate)
    {
        const double quality = 0.5003270373238773;
        double k = Math.Tan(Math.PI * 38.13547087602444 / sampleRate),
            a0 = 1 + k / quality + k * k;
        return new(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0);
    }

    /// <summary>y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2], transposed form.</summary>
    internal struct Biquad(double b0, double b1, double b2, double a1, double a2)
    {
        private double _first,
            _second;

        public readonly double[] Coefficients => [b0, b1, b2, a1, a2];

        public double Next(double x)
        {
            double y = b0 * x + _first;
            _first = b1 * x - a1 * y + _second;
            _second = b2 * x - a2 * y;
            return y;
        }
    }
}
