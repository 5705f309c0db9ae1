using Melody.Corpus.Rendering;

namespace Melody.Corpus.Production;

/// <summary>All players together: what is heard directly, and what goes to the reverb that they share.</summary>
/// <param name="Dry">The direct sound.</param>
/// <param name="Send">The sound for the reverb, of the same shape; null where all of the direct sound goes there.</param>
internal sealed record Mixdown(Waveform Dry, float[][]? Send);
