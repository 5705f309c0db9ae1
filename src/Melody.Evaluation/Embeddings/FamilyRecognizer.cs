using Melody.Evaluation.Metrics;
using Melody.Music;

namespace Melody.Evaluation.Embeddings;

/// <summary>
/// Which of the twelve instrument families a sound is nearest to, without training: each family is the mean of the texts
/// that name its instruments, alone and as a solo (zero-shot classification as of Radford et al., arXiv 2103.00020).
/// </summary>
internal sealed class FamilyRecognizer
{
    private readonly List<(InstrumentFamily Family, float[] Vector)> _families;

    /// <param name="embedding">Of sound and words.</param>
    public FamilyRecognizer(IJointEmbedding embedding) =>
        _families = [.. InstrumentFamilies.All.Select(family => (family, Mean(embedding.Embed(Texts(family)))))];

    /// <summary>The nearest family.</summary>
    public InstrumentFamily Recognize(float[] sound) => _families.MaxBy(f => Cosine.Of(f.Vector, sound)).Family;

    /// <summary>The texts that stand for a family.</summary>
    public static IReadOnlyList<string> Texts(InstrumentFamily family) =>
        [
            .. Enumerable
                .Range(0, Instrument.DrumKit + 1)
                .Select(Instruments.Of)
                .Where(i => i.Family == family && i.Program is < 120 or Instrument.DrumKit)
                .Select(i => i.Name)
                .Distinct()
                .SelectMany(name => new[] { name, $"solo {name}" }),
        ];

    private static float[] Mean(IReadOnlyList<float[]> vectors) =>
        [.. Enumerable.Range(0, vectors[0].Length).Select(i => vectors.Average(v => v[i]))];
}
