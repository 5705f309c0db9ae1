namespace Melody.Audio;

/// <summary>
/// Linear prediction for the encoder: autocorrelation of a windowed block, the recursion of Levinson and Durbin, whole coefficients.
/// </summary>
internal sealed class FlacLinearPrediction
{
    /// <summary>The longest predictor that is tried.</summary>
    public const int LongestOrder = 8;

    private readonly double[] _window;
    private readonly double[] _windowed;
    private int _windowLength;

    /// <param name="blockSize">Samples in a block at most.</param>
    public FlacLinearPrediction(int blockSize)
    {
        _windowed = new double[blockSize];
        _window = new double[blockSize];
    }

    /// <summary>Coefficients of the predictor that is likely to need the fewest bits; empty when none is better than silence.</summary>
    /// <param name="samples">The block.</param>
    /// <param name="precision">Bits of a coefficient.</param>
    /// <param name="shift">Bits behind their binary point.</param>
    public int[] Find(ReadOnlySpan<long> samples, int precision, out int shift)
    {
        shift = 0;
        var correlation = Correlate(samples);
        if (!(correlation[0] > 0))
            return [];
        var best = new double[LongestOrder];
        double[] current = new double[LongestOrder],
            previous = new double[LongestOrder];
        double error = correlation[0],
            leastBits = double.MaxValue;
        int bestOrder = 0;
        for (int order = 1; order <= LongestOrder && order < samples.Length; order++)
        {
            double sum = correlation[order];
            for (int i = 0; i < order - 1; i++)
                sum -= current[i] * correlation[order - 1 - i];
            double reflection = sum / error;
            current.CopyTo(previous, 0);
            for (int i = 0; i < order - 1; i++)
                current[i] = previous[i] - reflection * previous[order - 2 - i];
            current[order - 1] = reflection;
            error *= 1 - reflection * reflection;
            if (!(error > 0))
                break;
            // half a bit for each doubling of the error's power, and the coefficients themselves
            double bits = samples.Length * 0.5 * Math.Log2(error / samples.Length + 1e-9) + order * precision;
            if (bits >= leastBits)
                continue;
            (leastBits, bestOrder) = (bits, order);
            current.CopyTo(best, 0);
        }
        return Quantize(best.AsSpan(0, bestOrder), precision, out shift);
    }

    private double[] Correlate(ReadOnlySpan<long> samples)
    {
        if (_windowLength != samples.Length)
            MakeWindow(samples.Length);
        for (int i = 0; i < samples.Length; i++)
            _windowed[i] = samples[i] * _window[i];
        var correlation = new double[LongestOrder + 1];
        for (int lag = 0; lag < correlation.Length && lag < samples.Length; lag++)
        {
            double sum = 0;
            var late = _windowed.AsSpan(lag, samples.Length - lag);
            var early = _windowed.AsSpan(0, late.Length);
            for (int i = 0; i < late.Length; i++)
                sum += late[i] * early[i];
            correlation[lag] = sum;
        }
        return correlation;
    }

    // Welch's window: 1 in the middle, nearly 0 at both ends.
    private void MakeWindow(int length)
    {
        _windowLength = length;
        for (int i = 0; i < length; i++)
        {
            double x = (2.0 * (i + 1) - length - 1) / (length + 1);
            _window[i] = 1 - x * x;
        }
    }

    // The rounding error of each coefficient goes into the next.
    private static int[] Quantize(ReadOnlySpan<double> coefficients, int precision, out int shift)
    {
        shift = 0;
        double largest = 0;
        foreach (double value in coefficients)
            largest = Math.Max(largest, Math.Abs(value));
        if (!(largest > 0) || !double.IsFinite(largest))
            return [];
        shift = Math.Min(precision - 1 - ((int)Math.Floor(Math.Log2(largest)) + 1), 15);
        if (shift < 0)
            return [];
        int most = (1 << (precision - 1)) - 1;
        var whole = new int[coefficients.Length];
        double rest = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            rest += coefficients[i] * (1 << shift);
            whole[i] = (int)Math.Clamp(Math.Round(rest), -most - 1, most);
            rest -= whole[i];
        }
        return whole;
    }
}
