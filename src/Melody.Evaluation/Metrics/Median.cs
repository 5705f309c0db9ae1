namespace Melody.Evaluation.Metrics;

/// <summary>The middle of several measurements, which a disturbance of one of them does not move.</summary>
internal static class Median
{
    /// <summary>The middle value; the mean of the two in the middle for an even number.</summary>
    public static double Of(params IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("There is nothing to take the middle of.", nameof(values));
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
