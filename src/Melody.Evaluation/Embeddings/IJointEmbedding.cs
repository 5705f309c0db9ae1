namespace Melody.Evaluation.Embeddings;

/// <summary>An embedding of sound and words in one space.</summary>
internal interface IJointEmbedding : IAudioEmbedding
{
    /// <summary>The vectors of texts.</summary>
    IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts);
}
