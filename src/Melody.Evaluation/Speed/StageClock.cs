using System.Diagnostics;
using static TorchSharp.torch;

namespace Melody.Evaluation.Speed;

/// <summary>
/// Charges time to stages: everything since the last mark belongs to the stage that reports next. It listens to the
/// generator's own progress, so what is timed is what users run.
/// </summary>
/// <param name="device">Where the networks run; a GPU is waited for at each mark.</param>
internal sealed class StageClock(Device device) : IProgress<GenerationProgress>
{
    private readonly Dictionary<string, double> _charged = [],
        _processor = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private double _last,
        _lastProcessor = Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Seconds since the beginning.</summary>
    public double Elapsed => _watch.Elapsed.TotalSeconds;

    /// <summary>Seconds of a stage.</summary>
    public double this[string stage] => _charged.GetValueOrDefault(stage);

    /// <summary>Processor time of a stage, seconds over all threads.</summary>
    public double Processor(string stage) => _processor.GetValueOrDefault(stage);

    /// <summary>Processor time of all stages.</summary>
    public double ProcessorSum => _processor.Values.Sum();

    /// <summary>A mark: the time since the last one was this stage's.</summary>
    public void Charge(string stage)
    {
        if (device.type == TorchSharp.DeviceType.CUDA)
            cuda.synchronize(device);
        double now = Elapsed;
        _charged[stage] = this[stage] + now - _last;
        _last = now;
        double processor = Environment.CpuUsage.TotalTime.TotalSeconds;
        _processor[stage] = Processor(stage) + processor - _lastProcessor;
        _lastProcessor = processor;
    }

    /// <summary>The end of a step of a stage.</summary>
    public void Report(GenerationProgress value) => Charge(value.Stage);
}
