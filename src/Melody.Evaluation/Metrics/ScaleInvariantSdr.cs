namespace Melody.Evaluation.Metrics;

/// <summary>
/// Scale-invariant signal-to-distortion ratio, dB (Le Roux, Wisdom, Erdogan and Hershey, "SDR - half-baked or well
/// done?", 2019): with a = (e . r) / (r . r), 10 log10(|a r|^2 / |a r - e|^2).
/// </summary>
internal static class ScaleInvariantSdr
{
    /// <summary>
    /// Positive infinity for a scaled copy, negative infinity where nothing of the reference is left; NaN when either is silent.
    /// </summary>
    public static double Of(SoundPair pair) => Of(pair.Reference.Samples, pair.Estimate.Samples);

    /// <summary>The same of any two sequences of one length, such as latents.</summary>
    public static double Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        ReadOnlySpan<float> r = reference,
            e = estimate;
        double product = 0,
            energy = 0,
            other = 0;
        for (int i = 0; i < r.Length; i++)
            (product, energy, other) = (product + (double)r[i] * e[i], energy + (double)r[i] * r[i], other + (double)e[i] * e[i]);
        if (energy == 0 || other == 0)
            return double.NaN;
        double scale = product / energy,
            distortion = 0;
        for (int i = 0; i < r.Length; i++)
        {
            double difference = scale * r[i] - e[i];
            distortion += difference * difference;
        }
        return 10 * Math.Log10(scale * scale * energy / distortion);
    }
}
