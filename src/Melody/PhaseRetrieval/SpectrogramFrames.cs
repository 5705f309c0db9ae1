using Melody.Audio;

namespace Melody.PhaseRetrieval;

/// <summary>What <see cref="SpectrogramSynthesizer"/> takes: some frames after each other, all in rows.</summary>
internal readonly ref struct SpectrogramFrames
{
    /// <summary>ln of magnitudes relative to a full-scale sine, [frames, bins]; of two channels, of sqrt((L^2 + R^2) / 2).</summary>
    public required ReadOnlySpan<float> LogMagnitudes { get; init; }

    /// <summary>Balance in [-1, 1], [frames, 24]; empty for one channel.</summary>
    public ReadOnlySpan<float> Balance { get; init; }

    /// <summary>Correlation in [-1, 1], [frames, 24]; empty for one channel.</summary>
    public ReadOnlySpan<float> Correlation { get; init; }

    /// <summary>Spread of each bin (scale of a Laplace distribution, nepers), [frames, bins]; empty where all are to be tone.</summary>
    public ReadOnlySpan<float> Spread { get; init; }

    /// <summary>Phases in turns, [frames, bins], from <see cref="PhaseGradientHeap"/>; empty to find them frame by frame.</summary>
    public ReadOnlySpan<float> Phases { get; init; }

    /// <summary>Some of the frames.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="bins">Bins in a frame.</param>
    public SpectrogramFrames Slice(int start, int count, int bins) =>
        new()
        {
            LogMagnitudes = Rows(LogMagnitudes, start, count, bins),
            Balance = Rows(Balance, start, count, StereoBands.Count),
            Correlation = Rows(Correlation, start, count, StereoBands.Count),
            Spread = Rows(Spread, start, count, bins),
            Phases = Rows(Phases, start, count, bins),
        };

    private static ReadOnlySpan<float> Rows(ReadOnlySpan<float> values, int start, int count, int width) =>
        values.IsEmpty ? values : values.Slice(start * width, count * width);
}
