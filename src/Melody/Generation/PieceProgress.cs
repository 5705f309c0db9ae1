namespace Melody.Generation;

/// <summary>The progress of one of several pieces.</summary>
/// <param name="all">Who listens.</param>
/// <param name="piece">Which piece, from 0.</param>
/// <param name="count">How many there are.</param>
internal sealed class PieceProgress(IProgress<GenerationProgress> all, int piece, int count) : IProgress<GenerationProgress>
{
    /// <inheritdoc/>
    public void Report(GenerationProgress value) => all.Report(value with { Fraction = (piece + value.Fraction) / count });
}
