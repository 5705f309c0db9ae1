using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>
/// Correlates a pitch-class histogram with the key profiles of Krumhansl and Kessler ("Tracing the dynamic changes in
/// perceived tonal organization", 1982).
/// </summary>
internal static class KeyEstimator
{
    private static readonly double[] MajorProfile = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
    private static readonly double[] MinorProfile = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];

    /// <summary>The best major or minor key for twelve weights, one a pitch class.</summary>
    public static MusicalKey Best(IReadOnlyList<double> weights)
    {
        var best = new MusicalKey(0, Mode.Major);
        double score = double.NegativeInfinity;
        for (int tonic = 0; tonic < 12; tonic++)
            foreach (var mode in new[] { Mode.Major, Mode.Minor })
            {
                double fit = Fit(weights, new MusicalKey(tonic, mode));
                if (fit > score)
                    (best, score) = (new MusicalKey(tonic, mode), fit);
            }
        return best;
    }

    /// <summary>Correlation, -1..1, of the weights with the profile of a major or minor key.</summary>
    public static double Fit(IReadOnlyList<double> weights, MusicalKey key)
    {
        double[] profile = key.IsMinor ? MinorProfile : MajorProfile;
        var (meanWeight, meanProfile) = (weights.Average(), profile.Average());
        double product = 0,
            left = 1e-12,
            right = 0;
        for (int i = 0; i < 12; i++)
        {
            var (w, p) = (weights[(i + key.Tonic) % 12] - meanWeight, profile[i] - meanProfile);
            (product, left, right) = (product + w * p, left + w * w, right + p * p);
        }
        return product / Math.Sqrt(left * right);
    }
}
