using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// How near music is to its prompt: the cosine of the sound's vector in the joint embedding and the one that the prompt's
/// prefix tokens name, so that words and music prompts are judged alike.
/// </summary>
internal static class PromptLikeness
{
    /// <summary>-1 .. 1.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="prefix">The prompt's prefix tokens.</param>
    /// <param name="music">At any rate, of any channels.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    public static Task<double> OfAsync(MusicModel model, IReadOnlyList<long> prefix, AudioClip music, CancellationToken cancellation) =>
        model.WorkAsync(token => Of(model, prefix, music, token), cancellation);

    private static double Of(MusicModel model, IReadOnlyList<long> prefix, AudioClip music, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var heard = model.Networks.JointEmbedding.EmbedAudio(SoundTensor.ForEmbedding(music, model), cancellation);
        return nn.functional.cosine_similarity(heard, model.Networks.VectorOf(prefix), 1).item<float>();
    }
}
