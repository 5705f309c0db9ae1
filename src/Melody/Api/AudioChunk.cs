namespace Melody;

/// <summary>A piece of a stream: final samples that follow the previous chunk's without a gap.</summary>
/// <param name="Samples">Samples, interleaved.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Start">Position of the first sample in the music, in samples of one channel.</param>
/// <param name="Recipe">How the music is made; the same in every chunk.</param>
public sealed record AudioChunk(ReadOnlyMemory<float> Samples, int SampleRate, long Start, GenerationRecipe Recipe)
{
    /// <summary>Samples in a frame: 1, or 2 for stereo.</summary>
    public int Channels { get; init; } = 1;
}
