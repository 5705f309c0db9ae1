using Melody.Audio;

namespace Melody.Generation;

/// <summary>Music that was given, mono at the model's rate.</summary>
/// <param name="Mono">As it was given otherwise.</param>
/// <param name="Gain">What brings it to the level at which the networks hear music (<see cref="SourceLevel"/>).</param>
internal sealed record SourceMusic(AudioClip Mono, float Gain)
{
    /// <summary>The music as the networks hear it.</summary>
    public AudioClip Heard => SourceLevel.Apply(Mono, Gain);

    /// <summary>Mixed down, resampled and measured on another thread; long music is not waited for when it is cancelled.</summary>
    /// <exception cref="MelodyException">The clip cannot be used.</exception>
    public static async Task<SourceMusic?> OfAsync(AudioClip? clip, MusicModel model, CancellationToken cancellation) =>
        clip is null ? null : await Task.Run(() => Of(clip, model), cancellation).WaitAsync(cancellation).ConfigureAwait(false);

    private static SourceMusic Of(AudioClip clip, MusicModel model)
    {
        var mono = SoundTensor.Mono(clip, model);
        return new(mono, SourceLevel.GainOf(mono));
    }
}
