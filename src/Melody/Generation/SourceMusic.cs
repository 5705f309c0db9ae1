using Melody.Audio;

namespace Melody.Generation;

/// <summary>Music that was given, in the model's channels and at its rate.</summary>
/// <param name="Sound">As it was given otherwise.</param>
/// <param name="Gain">What brings it to the level at which the networks hear music (<see cref="SourceLevel"/>).</param>
internal sealed record SourceMusic(AudioClip Sound, float Gain)
{
    /// <summary>The music as the networks hear it.</summary>
    public AudioClip Heard => SourceLevel.Apply(Sound, Gain);

    /// <summary>Mixed, resampled and measured on another thread; long music is not waited for when it is cancelled.</summary>
    /// <exception cref="MelodyException">The clip cannot be used.</exception>
    public static async Task<SourceMusic?> OfAsync(AudioClip? clip, MusicModel model, CancellationToken cancellation) =>
        clip is null ? null : await Task.Run(() => Of(clip, model), cancellation).WaitAsync(cancellation).ConfigureAwait(false);

    private static SourceMusic Of(AudioClip clip, MusicModel model)
    {
        var sound = SoundTensor.Given(clip, model);
        return new(sound, SourceLevel.GainOf(sound));
    }
}
