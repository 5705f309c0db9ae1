using Melody.Audio;
using static TorchSharp.torch;

namespace Melody;

/// <summary>
/// How near music is to its prompt: the cosine of the sound's vector in the joint embedding and the one that the prompt's
/// prefix tokens name, so that words and music prompts are judged alike.
/// </summary>
internal static class PromptLikeness
{
    /// <summary>-1 .. 1.</summary>
    public static double Of(MusicModel model, IReadOnlyList<long> prefix, AudioClip music)
    {
        using var use = ModelUse.Of(model);
        using var scope = NewDisposeScope();
        var heard = model.Networks.JointEmbedding.EmbedAudio(SoundTensor.Of(SoundTensor.Mono(music, model), model));
        return nn.functional.cosine_similarity(heard, model.Networks.VectorOf(prefix), 1).item<float>();
    }
}
