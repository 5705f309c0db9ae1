using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>Whether a sound has drums: whether the <see cref="PercussiveShare"/> above 4 kHz, where cymbals and snares stand nearly alone, is large.</summary>
internal static class DrumPresence
{
    /// <summary>Where the treble begins, Hz.</summary>
    public const double TrebleHertz = 4000;

    private const double Threshold = 0.25;

    /// <summary>Of a sound with one channel; false for silence.</summary>
    public static bool Of(AudioClip clip) => IsDrums(PercussiveShare.Of(clip, TrebleHertz));

    /// <summary>By the percussive share of the treble.</summary>
    public static bool IsDrums(double percussiveTreble) => percussiveTreble > Threshold;
}
