using Melody.Audio;
using Melody.Music;

namespace Melody.Listening;

/// <summary>What is heard in a stretch of a recording.</summary>
/// <param name="Bpm">Beats a minute; null where it is not sure.</param>
/// <param name="Key">Major or minor; null where it is not sure.</param>
/// <param name="Drums">Whether drums sound.</param>
internal sealed record HeardMusic(double? Bpm, MusicalKey? Key, bool Drums);

/// <summary>Estimates what nobody wrote about a recording. Several threads may use it at once.</summary>
internal interface IMusicListener
{
    /// <summary>Names the estimator and its version: it decides what stands in the records.</summary>
    string Name { get; }

    /// <summary>Listens to a sound with one channel.</summary>
    HeardMusic Listen(AudioClip clip);
}
