using System.Diagnostics;
using System.Globalization;
using Melody.Training.Loop;
using Melody.Training.LowRank;

namespace Melody.Training.FineTuning;

/// <summary>The training of one part as a bar and a line for each validation on held-out music.</summary>
/// <param name="part">The part's name.</param>
/// <param name="budget">How long it may take.</param>
/// <param name="log">Where to.</param>
internal sealed class PartLog(string part, TimeSpan budget, IFineTuningLog log) : ITrainingLog
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Start(IReadOnlyList<TrainedSet> sets, double matmulPeak, long step, long totalSteps)
    {
        long count = sets.SelectMany(set => set.Modules).SelectMany(module => module.parameters()).Sum(values => values.numel());
        log.Note(string.Create(CultureInfo.InvariantCulture, $"{part}: the adapter has {count / 1e6:0.00} M parameters"));
    }

    /// <inheritdoc/>
    public void Step(long step, Figures figures, double audioSeconds, double flops, TimeSpan waited, long skipped) =>
        log.Progress($"training {part}", Math.Min(1, _watch.Elapsed / budget));

    /// <inheritdoc/>
    public void Validation(long step, Figures figures)
    {
        double loss = figures[LowRankStage<object>.HeldOut];
        log.Note(string.Create(CultureInfo.InvariantCulture, $"{part}: step {step}, {loss:0.0000} on held-out songs"));
    }

    /// <inheritdoc/>
    public void End(long step, long totalSteps) => log.Progress($"training {part}", 1);
}
