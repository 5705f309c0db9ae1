using Melody.Evaluation.Metrics;

namespace Melody.Evaluation.Embeddings;

/// <summary>Clips as vectors, with the name of what made them.</summary>
/// <param name="Embedding">See <see cref="IAudioEmbedding.Name"/>.</param>
/// <param name="Vectors">One a clip.</param>
internal sealed record EmbeddedMusic(string Embedding, IReadOnlyList<float[]> Vectors)
{
    /// <summary>
    /// Fréchet audio distance of two collections (Kilgour et al., 2019); NaN when either has fewer than two clips. It grows
    /// as the collections shrink, so distances are compared at equal numbers of clips only.
    /// </summary>
    /// <exception cref="ArgumentException">Different embeddings made them.</exception>
    public double DistanceTo(EmbeddedMusic other)
    {
        if (Embedding != other.Embedding)
            throw new ArgumentException($"Vectors of '{Embedding}' and '{other.Embedding}' cannot be compared.", nameof(other));
        return Vectors.Count < 2 || other.Vectors.Count < 2
            ? double.NaN
            : FrechetDistance.Between(GaussianStatistics.Of(Vectors), GaussianStatistics.Of(other.Vectors));
    }

    /// <summary>The clips of some numbers.</summary>
    public EmbeddedMusic Take(IEnumerable<int> clips) => this with { Vectors = [.. clips.Select(i => Vectors[i])] };
}
