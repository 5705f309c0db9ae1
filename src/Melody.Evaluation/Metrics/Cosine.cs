namespace Melody.Evaluation.Metrics;

/// <summary>Cosine of the angle between two vectors.</summary>
internal static class Cosine
{
    /// <summary>-1..1; 0 when either vector is zero.</summary>
    public static double Of(float[] a, float[] b)
    {
        double product = 0,
            left = 0,
            right = 0;
        for (int i = 0; i < a.Length; i++)
            (product, left, right) = (product + (double)a[i] * b[i], left + (double)a[i] * a[i], right + (double)b[i] * b[i]);
        return left == 0 || right == 0 ? 0 : Math.Clamp(product / Math.Sqrt(left * right), -1, 1);
    }
}
