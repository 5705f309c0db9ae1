namespace Melody.Evaluation.Metrics;

/// <summary>
/// Jensen-Shannon divergence of two token histograms, bits (Lin, "Divergence measures based on the Shannon entropy",
/// 1991): 0 for equal proportions, 1 when no token occurs in both.
/// </summary>
internal static class TokenHistogram
{
    /// <summary>How often each of <paramref name="vocabulary"/> tokens occurs.</summary>
    public static long[] Count(IEnumerable<long> tokens, int vocabulary)
    {
        var counts = new long[vocabulary];
        foreach (var token in tokens)
            counts[token]++;
        return counts;
    }

    /// <summary>0..1; NaN when either histogram is empty.</summary>
    public static double Distance(IReadOnlyList<long> a, IReadOnlyList<long> b)
    {
        if (a.Count != b.Count)
            throw new ArgumentException("The vocabularies differ.", nameof(b));
        double left = a.Sum(),
            right = b.Sum(),
            sum = 0;
        if (left == 0 || right == 0)
            return double.NaN;
        for (int i = 0; i < a.Count; i++)
        {
            double p = a[i] / left,
                q = b[i] / right,
                middle = (p + q) / 2;
            if (p > 0)
                sum += p * Math.Log2(p / middle) / 2;
            if (q > 0)
                sum += q * Math.Log2(q / middle) / 2;
        }
        return Math.Clamp(sum, 0, 1);
    }
}
