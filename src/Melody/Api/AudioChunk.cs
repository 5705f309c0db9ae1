namespace Melody;

/// <summary>A piece of a stream: final samples that follow the previous chunk's without a gap.</summary>
/// <param name="Samples">Mono samples.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Start">Position of the first sample in the music, in samples.</param>
/// <param name="Recipe">How the music is made; the same in every chunk.</param>
public sealed record AudioChunk(ReadOnlyMemory<float> Samples, int SampleRate, long Start, GenerationRecipe Recipe);
