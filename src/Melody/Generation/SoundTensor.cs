using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>From a clip of any kind to what the networks hear.</summary>
internal static class SoundTensor
{
    private const float LargestSample = 1e6f;

    /// <summary>The clip, mono, at the model's rate.</summary>
    /// <exception cref="MelodyException">The clip has no samples, some that are no sound, or is longer than the longest music.</exception>
    public static AudioClip Mono(AudioClip clip, MusicModel model)
    {
        if (clip.Frames == 0)
            throw new MelodyException("The audio has no samples; give at least a moment of sound.");
        if (clip.Seconds > GenerationOptions.LongestSeconds)
            throw new MelodyException(
                FormattableString.Invariant(
                    $"The audio is {clip.Seconds / 3600:F1} hours long; give at most {GenerationOptions.LongestSeconds / 3600} hours."
                )
            );
        if (clip.Samples.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new MelodyException("The audio holds samples that are not finite numbers.");
        if (clip.Samples.ContainsAnyExceptInRange(-LargestSample, LargestSample))
            throw new MelodyException("The audio holds samples beyond 1,000,000 times full scale; bring its loudest sample to about 1.");
        return clip.ToMono().Resample(model.SampleRate);
    }

    /// <summary>The same on another thread; long audio is not waited for when it is cancelled.</summary>
    public static Task<AudioClip> MonoAsync(AudioClip clip, MusicModel model, CancellationToken cancellation) =>
        Task.Run(() => Mono(clip, model), cancellation).WaitAsync(cancellation);

    /// <summary>Mono samples -> [1, samples] on the model's device.</summary>
    public static Tensor Of(AudioClip mono, MusicModel model) =>
        tensor(mono.Samples.ToArray(), [1, mono.Frames], device: model.TorchDevice);

    /// <summary>The semantic tokens of mono samples, [tokens, codebooks] flat.</summary>
    public static long[] Tokens(AudioClip mono, MusicModel model, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        return model.Networks.SemanticTokenizer.Tokenize(Of(mono, model), cancellation).cpu().data<long>().ToArray();
    }
}
