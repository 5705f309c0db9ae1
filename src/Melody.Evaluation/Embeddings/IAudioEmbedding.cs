using Melody.Audio;

namespace Melody.Evaluation.Embeddings;

/// <summary>Turns sound into a vector that stands for how it sounds. Vectors of different embeddings are never compared.</summary>
internal interface IAudioEmbedding
{
    /// <summary>Names the network and its weights; equal names mean comparable vectors.</summary>
    string Name { get; }

    /// <summary>The vector of one channel of sound.</summary>
    float[] Embed(AudioClip clip);
}
