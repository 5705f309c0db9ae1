using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>Difference of integrated loudness (ITU-R BS.1770-4), LU: positive when the estimate is louder.</summary>
internal static class LoudnessError
{
    /// <summary>NaN when either is silent.</summary>
    public static double Of(SoundPair pair)
    {
        double a = LoudnessMeter.Of(pair.Reference).Integrated,
            b = LoudnessMeter.Of(pair.Estimate).Integrated;
        return double.IsInfinity(a) || double.IsInfinity(b) ? double.NaN : b - a;
    }
}
