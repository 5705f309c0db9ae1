using System.Diagnostics;
using Melody.Studio.Telemetry;

namespace Melody.Studio.Jobs;

/// <summary>The progress of one piece as a share of its job, and the time that its stages take.</summary>
internal sealed class PieceReport(IJobProgress progress, JobTicket ticket, int piece, StudioTelemetry telemetry)
    : IProgress<GenerationProgress>
{
    private readonly Dictionary<string, double> _stages = new(StringComparer.Ordinal);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private string _stage = "starting";
    private double _since;

    /// <inheritdoc/>
    public void Report(GenerationProgress value)
    {
        Turn(value.Stage);
        progress.Report(ticket, value.Stage, (piece + value.Fraction) / ticket.Record.Order.Count);
    }

    /// <summary>Hands the times of the stages over.</summary>
    public void Finish()
    {
        Turn("done");
        foreach (var (stage, seconds) in _stages)
            telemetry.CountStage(stage, seconds);
    }

    private void Turn(string stage)
    {
        double now = _watch.Elapsed.TotalSeconds;
        _stages[_stage] = _stages.GetValueOrDefault(_stage) + now - _since;
        (_stage, _since) = (stage, now);
    }
}
