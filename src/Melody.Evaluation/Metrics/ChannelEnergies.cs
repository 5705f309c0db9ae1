namespace Melody.Evaluation.Metrics;

/// <summary>Sums over two channels of equal length.</summary>
/// <param name="First">Of the squares of the first.</param>
/// <param name="Second">Of the squares of the second.</param>
/// <param name="Cross">Of the products.</param>
internal readonly record struct ChannelEnergies(double First, double Second, double Cross)
{
    /// <summary>-1 to 1; NaN where a channel is silent.</summary>
    public double Correlation => First * Second == 0 ? double.NaN : Cross / Math.Sqrt(First * Second);

    /// <summary>Of two channels.</summary>
    public static ChannelEnergies Of(float[] first, float[] second)
    {
        double a = 0,
            b = 0,
            cross = 0;
        for (int n = 0; n < first.Length; n++)
        {
            a += (double)first[n] * first[n];
            b += (double)second[n] * second[n];
            cross += (double)first[n] * second[n];
        }
        return new(a, b, cross);
    }
}
