using Melody.Audio;
using Melody.Listening;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// How far the pitch classes that sound move from one second to the next: 1 minus the cosine of their sums, averaged. Music that stays on
/// one
/// chord may keep tempo, key and instrument, and still be none.
/// </summary>
internal static class HarmonicMotion
{
    private static readonly int FramesPerSecond = (int)Math.Round(1 / PitchSpectrum.FrameSeconds);

    /// <summary>0 for held sounds, at most 1; NaN where no two seconds in a row have a pitch.</summary>
    /// <param name="clip">One channel.</param>
    public static double Of(AudioClip clip)
    {
        var seconds = PitchSpectrum
            .Fold(PitchSpectrum.Of(clip).Values)
            .Chunk(FramesPerSecond)
            .Where(frames => frames.Length == FramesPerSecond)
            .Select(frames => Enumerable.Range(0, 12).Select(pitch => (float)frames.Sum(frame => frame[pitch])).ToArray())
            .ToList();
        return seconds
            .Zip(seconds.Skip(1))
            .Where(pair => pair.First.Any(Sounds) && pair.Second.Any(Sounds))
            .Select(pair => 1 - Cosine.Of(pair.First, pair.Second))
            .DefaultIfEmpty(double.NaN)
            .Average();
    }

    private static bool Sounds(float pitch) => pitch > 0;
}
