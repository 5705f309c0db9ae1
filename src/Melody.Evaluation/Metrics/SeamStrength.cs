using System.Text.Json.Serialization;
using Melody.Audio;

namespace Melody.Evaluation.Metrics;

/// <summary>How much the seams of a continued piece stand out.</summary>
/// <param name="MeanRatio">Mean flux at the seams over the median elsewhere; NaN when nothing moves elsewhere.</param>
/// <param name="Louder">Seams whose flux is above the 95th percentile elsewhere; one in twenty is chance.</param>
/// <param name="Seams">Number of seams. Kept results have it under its earlier name.</param>
/// <param name="LoudestRatio">The largest flux of a seam over that percentile.</param>
internal sealed record SeamScores(double MeanRatio, int Louder, [property: JsonPropertyName("borders")] int Seams, double LoudestRatio);

/// <summary>
/// Whether the seams of a continued piece can be told from the rest: the <see cref="SpectralFlux"/> at the seams against
/// that elsewhere. At a seam it is the largest within <see cref="Reach"/> frames; elsewhere it is the distribution of the
/// same largest values, so that sound without seams reads about 1 against its median.
/// </summary>
internal static class SeamStrength
{
    private const int Reach = 3;
    private const double Percentile = 0.95;

    /// <summary>Mean ratio over the seams, 0 or more; NaN when a seam lies outside or nothing moves elsewhere.</summary>
    /// <param name="clip">One channel.</param>
    /// <param name="seams">Samples at which a new part begins.</param>
    public static double Of(AudioClip clip, IReadOnlyList<int> seams) => Measure(clip, seams)?.MeanRatio ?? double.NaN;

    /// <summary>All that is known of the seams; null when there are none, one lies outside, or nothing moves elsewhere.</summary>
    /// <param name="clip">One channel.</param>
    /// <param name="seams">Samples at which a new part begins.</param>
    public static SeamScores? Measure(AudioClip clip, IReadOnlyList<int> seams)
    {
        var flux = SpectralFlux.Of(clip);
        var centres = seams.Select(sample => (int)Math.Round((double)sample / SpectralFlux.Hop)).ToList();
        if (centres.Count == 0 || centres.Any(c => c < Reach || c >= flux.Length - Reach))
            return null;
        var elsewhere = Enumerable
            .Range(Reach, Math.Max(0, flux.Length - 2 * Reach))
            .Where(frame => centres.All(c => Math.Abs(c - frame) > 2 * Reach))
            .Select(Largest)
            .Order()
            .ToList();
        if (elsewhere.Count == 0 || elsewhere[elsewhere.Count / 2] == 0)
            return null;
        double high = elsewhere[(int)(Percentile * (elsewhere.Count - 1))];
        var at = centres.ConvertAll(Largest);
        return new(at.Average() / elsewhere[elsewhere.Count / 2], at.Count(f => f > high), at.Count, at.Max() / high);

        double Largest(int frame) => Enumerable.Range(frame - Reach, 2 * Reach + 1).Max(i => flux[i]);
    }
}
