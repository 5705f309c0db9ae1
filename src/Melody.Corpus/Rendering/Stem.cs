namespace Melody.Corpus.Rendering;

/// <summary>What one channel of a song sounds like alone, both sides, before any mix.</summary>
/// <param name="Channel">The channel of the song.</param>
/// <param name="Left">Samples of the left side.</param>
/// <param name="Right">Samples of the right side, as many.</param>
internal sealed record Stem(int Channel, float[] Left, float[] Right);
