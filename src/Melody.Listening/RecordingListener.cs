using Melody.Audio;
using Melody.Music;
using Melody.Runtime;

namespace Melody.Listening;

/// <summary>Hears imported recordings by the estimators; a tempo or key that is less likely than 0.7 is not told.</summary>
internal sealed class RecordingListener : IMusicListener
{
    private const double Sure = 0.7;

    /// <summary>Loads libtorch: one that does not load is not the fault of a recording.</summary>
    /// <exception cref="MelodyException">The libtorch that was asked for is not usable.</exception>
    public RecordingListener() => TorchRuntime.Initialize();

    /// <inheritdoc/>
    public string Name => "tempo, key and drums estimated, 1";

    /// <inheritdoc/>
    public HeardMusic Listen(AudioClip clip)
    {
        var tempo = TempoEstimator.Estimate(clip);
        var key = AudioKeyEstimator.Estimate(clip);
        return new(
            tempo.Confidence > Sure ? Math.Round(tempo.Bpm, 1) : null,
            key.Confidence > Sure ? new MusicalKey(key.Tonic, key.IsMinor ? Mode.Minor : Mode.Major) : null,
            DrumPresence.Of(clip)
        );
    }
}
