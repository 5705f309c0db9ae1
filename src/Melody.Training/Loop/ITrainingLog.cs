namespace Melody.Training.Loop;

/// <summary>Where a training reports.</summary>
internal interface ITrainingLog
{
    /// <summary>The training begins or goes on.</summary>
    void Start(IReadOnlyList<TrainedSet> sets, double matmulPeak, long step, long totalSteps);

    /// <summary>The figures of one step.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="figures">Losses, norms, rates.</param>
    /// <param name="audioSeconds">Seconds of audio in a step.</param>
    /// <param name="flops">Floating-point operations of a step, or 0.</param>
    /// <param name="waited">How long the loop has waited for batches altogether.</param>
    /// <param name="skipped">Steps left out so far.</param>
    void Step(long step, Figures figures, double audioSeconds, double flops, TimeSpan waited, long skipped);

    /// <summary>The figures of a validation.</summary>
    void Validation(long step, Figures figures);

    /// <summary>This call ends.</summary>
    void End(long step, long totalSteps);
}
