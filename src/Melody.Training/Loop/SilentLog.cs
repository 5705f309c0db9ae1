namespace Melody.Training.Loop;

/// <summary>The log of a rank that is not the first: of a training that several processes do together, one reports.</summary>
internal sealed class SilentLog : ITrainingLog
{
    /// <inheritdoc/>
    public void Start(IReadOnlyList<TrainedSet> sets, double matmulPeak, long step, long totalSteps) { }

    /// <inheritdoc/>
    public void Step(long step, Figures figures, double audioSeconds, double flops, TimeSpan waited, long skipped) { }

    /// <inheritdoc/>
    public void Validation(long step, Figures figures) { }

    /// <inheritdoc/>
    public void End(long step, long totalSteps) { }
}
