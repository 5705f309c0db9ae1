using Melody.Audio;
using Melody.Generation;
using Melody.Runtime;

namespace Melody.Evaluation.Embeddings;

/// <summary>The audio tower of a model's own joint embedding, with its text tower beside it: unit vectors of one space.</summary>
internal sealed class TowerEmbedding(MusicModel model) : IJointEmbedding
{
    /// <inheritdoc/>
    public string Name { get; } = $"audio tower of {model.Id} ({model.Hash[..12]})";

    /// <inheritdoc/>
    public float[] Embed(AudioClip clip)
    {
        using var use = ModelUse.Of(model.Precision);
        using var scope = TorchSharp.torch.NewDisposeScope();
        return model
            .Networks.JointEmbedding.EmbedAudio(SoundTensor.ForEmbedding(SoundTensor.Mixed(clip, model), model))
            .cpu()
            .data<float>()
            .ToArray();
    }

    /// <summary>The vectors of texts.</summary>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts)
    {
        using var use = ModelUse.Of(model.Precision);
        var vectors = new List<float[]>();
        foreach (var text in texts)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            vectors.Add(model.Networks.JointEmbedding.EmbedText([text]).cpu().data<float>().ToArray());
        }
        return vectors;
    }
}
