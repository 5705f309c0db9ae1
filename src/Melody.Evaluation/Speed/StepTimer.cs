using System.Diagnostics;
using Melody.Evaluation.Metrics;
using Melody.Runtime;
using Melody.Training.Loop;
using static TorchSharp.torch;

namespace Melody.Evaluation.Speed;

/// <summary>
/// Listens to a training loop and times its steps. Where two precisions are compared they take turns step by step, so
/// that both meet the same batches and the same disturbances.
/// </summary>
internal sealed class StepTimer : ITrainingLog, IDisposable
{
    private readonly IReadOnlyList<ScalarType> _precisions;
    private readonly int _warmUp,
        _steps;
    private readonly CancellationTokenSource _end;
    private readonly List<(ScalarType Precision, double Seconds, double Waited, double Processor)> _measured = [];
    private readonly Stopwatch _watch = new();
    private ComputePrecision.Scope? _scope;
    private double _lastWaited,
        _processor;

    /// <param name="precisions">What the steps run in, in turns.</param>
    /// <param name="warmUp">Steps in each precision that do not count.</param>
    /// <param name="steps">Steps in each precision that count.</param>
    /// <param name="cancellation">Ends the loop early.</param>
    public StepTimer(IReadOnlyList<ScalarType> precisions, int warmUp, int steps, CancellationToken cancellation)
    {
        (_precisions, _warmUp, _steps) = (precisions, warmUp * precisions.Count, steps * precisions.Count);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Cancelled when enough has been measured.</summary>
    public CancellationToken Enough => _end.Token;

    /// <summary>What a matrix product reaches in the first precision, operations a second.</summary>
    public double MatmulPeak { get; private set; }

    /// <summary>Median seconds of a step.</summary>
    public double Seconds(ScalarType precision) => Median.Of(Of(precision).Select(step => step.Seconds));

    /// <summary>Median processor time of a step, seconds over all threads.</summary>
    public double Processor(ScalarType precision) => Median.Of(Of(precision).Select(step => step.Processor));

    /// <summary>The share of the time that the loop waited for batches.</summary>
    public double WaitingShare(ScalarType precision) => Of(precision).Sum(step => step.Waited) / Of(precision).Sum(step => step.Seconds);

    private IEnumerable<(ScalarType Precision, double Seconds, double Waited, double Processor)> Of(ScalarType precision) =>
        _measured.Skip(_warmUp).Where(step => step.Precision == precision);

    /// <inheritdoc/>
    public void Start(IReadOnlyList<TrainedSet> sets, double matmulPeak, long step, long totalSteps)
    {
        MatmulPeak = matmulPeak;
        Turn();
    }

    /// <inheritdoc/>
    public void Step(long step, Figures figures, double audioSeconds, double flops, TimeSpan waited, long skipped)
    {
        _measured.Add(
            (
                _precisions[_measured.Count % _precisions.Count],
                _watch.Elapsed.TotalSeconds,
                waited.TotalSeconds - _lastWaited,
                Environment.CpuUsage.TotalTime.TotalSeconds - _processor
            )
        );
        _lastWaited = waited.TotalSeconds;
        if (_measured.Count == _warmUp + _steps)
            _end.Cancel();
        Turn();
    }

    /// <inheritdoc/>
    public void Validation(long step, Figures figures) { }

    /// <inheritdoc/>
    public void End(long step, long totalSteps) => _scope?.Dispose();

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    private void Turn()
    {
        _scope?.Dispose();
        _scope = ComputePrecision.Use(_precisions[_measured.Count % _precisions.Count]);
        _processor = Environment.CpuUsage.TotalTime.TotalSeconds;
        _watch.Restart();
    }
}
