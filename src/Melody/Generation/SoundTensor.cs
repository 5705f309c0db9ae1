using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>From a clip of any kind to what the networks hear.</summary>
internal static class SoundTensor
{
    private const float LargestSample = 1e6f;

    /// <summary>The clip in the model's channels and at its rate.</summary>
    /// <exception cref="MelodyException">The clip has no samples, some that are not sound, or is longer than the longest music.</exception>
    public static AudioClip Given(AudioClip clip, MusicModel model) => Mixed(clip, model).Resample(model.SampleRate);

    /// <summary>The clip in the model's channels, at its own rate.</summary>
    /// <exception cref="MelodyException">As <see cref="Given"/>.</exception>
    public static AudioClip Mixed(AudioClip clip, MusicModel model)
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
        return model.Channels == 1 ? clip.ToMono() : StereoMixdown.Of(clip);
    }

    /// <summary>The same on another thread; long audio is not waited for when it is cancelled.</summary>
    public static Task<AudioClip> GivenAsync(AudioClip clip, MusicModel model, CancellationToken cancellation) =>
        Task.Run(() => Given(clip, model), cancellation).WaitAsync(cancellation);

    /// <summary>What the joint embedding hears of a clip: mono, at its rate, [1, samples] on the model's device.</summary>
    public static Tensor ForEmbedding(AudioClip clip, MusicModel model) => Of(clip, model.Config.JointEmbedding.Audio.SampleRate, model);

    /// <summary>What the semantic tokenizer hears of a clip: mono, at its rate, [1, samples] on the model's device.</summary>
    public static Tensor ForTokens(AudioClip clip, MusicModel model) => Of(clip, model.Config.SemanticTokenizer.SampleRate, model);

    /// <summary>The semantic tokens of a clip, [tokens, codebooks] flat.</summary>
    public static long[] Tokens(AudioClip clip, MusicModel model, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        return model.Networks.SemanticTokenizer.Tokenize(ForTokens(clip, model), cancellation).cpu().data<long>().ToArray();
    }

    private static Tensor Of(AudioClip clip, int sampleRate, MusicModel model)
    {
        var mono = clip.ToMono().Resample(sampleRate);
        return tensor(mono.Samples.ToArray(), [1, mono.Frames], device: model.TorchDevice);
    }
}
