using Melody.Evaluation.Metrics;

namespace Melody.Evaluation.Reconstruction;

/// <summary>How far rebuilt sound lies from its original: means over clips, of those clips where the measure exists.</summary>
/// <param name="LogStft">Multi-resolution log-STFT distance, dB.</param>
/// <param name="Mel">Mel distance, dB.</param>
/// <param name="SiSdr">Scale-invariant SDR, dB; higher is better.</param>
/// <param name="Loudness">Absolute loudness error, LU.</param>
/// <param name="Centroid">Spectral centroid error, Hz.</param>
/// <param name="Bandwidth">Spectral bandwidth error, Hz.</param>
internal sealed record ReconstructionScores(double LogStft, double Mel, double SiSdr, double Loudness, double Centroid, double Bandwidth)
{
    /// <summary>Of one clip.</summary>
    public static ReconstructionScores Of(SoundPair pair)
    {
        var (centroid, bandwidth) = SpectralShape.Error(pair);
        return new(
            LogStftDistance.Of(pair),
            MelDistance.Of(pair),
            ScaleInvariantSdr.Of(pair),
            Math.Abs(LoudnessError.Of(pair)),
            centroid,
            bandwidth
        );
    }

    /// <summary>Means over clips.</summary>
    public static ReconstructionScores Mean(IReadOnlyList<ReconstructionScores> clips)
    {
        return new(
            Average(c => c.LogStft),
            Average(c => c.Mel),
            Average(c => c.SiSdr),
            Average(c => c.Loudness),
            Average(c => c.Centroid),
            Average(c => c.Bandwidth)
        );

        double Average(Func<ReconstructionScores, double> value) =>
            clips.Select(value).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
    }
}
