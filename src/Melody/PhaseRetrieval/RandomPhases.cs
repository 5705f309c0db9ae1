using Melody.Foundation;

namespace Melody.PhaseRetrieval;

/// <summary>Phases for bins too quiet to tell their own: uniform, a function of the seed, the frame and the bin alone.</summary>
internal readonly struct RandomPhases(ulong seed)
{
    private const uint Stream = 0x50686173; // "Phas"

    /// <summary>Sets the phase of each bin that is not louder than the threshold.</summary>
    /// <param name="frame">Number of the frame from the beginning of the sound.</param>
    /// <param name="levels">Log-magnitudes, one a bin.</param>
    /// <param name="threshold">In the same unit.</param>
    /// <param name="turns">Receives phases in [-1/2, 1/2) turns where they are drawn.</param>
    public void Fill(long frame, ReadOnlySpan<float> levels, float threshold, Span<float> turns)
    {
        var drawn = (0u, 0u, 0u, 0u);
        int block = -1;
        for (int k = 0; k < levels.Length; k++)
        {
            if (levels[k] > threshold)
                continue;
            if (block != k / 4)
            {
                block = k / 4;
                drawn = CounterRandom.Philox(((uint)block, Stream, (uint)frame, (uint)(frame >> 32)), ((uint)seed, (uint)(seed >> 32)));
            }
            uint bits = (k % 4) switch
            {
                0 => drawn.Item1,
                1 => drawn.Item2,
                2 => drawn.Item3,
                _ => drawn.Item4,
            };
            turns[k] = (int)bits * (1f / 4294967296f);
        }
    }
}
