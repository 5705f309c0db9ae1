using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;

namespace Melody.Training.Loop;

/// <summary>A line every few steps for people, and TensorBoard event files beside it.</summary>
/// <param name="stage">The stage's name.</param>
/// <param name="output">Gets the lines.</param>
/// <param name="runFolder">Gets the event files.</param>
internal sealed class ConsoleLog(string stage, TextWriter output, string runFolder) : ITrainingLog
{
    private readonly Stopwatch _watch = new();
    private SummaryWriter? _board;
    private double _peak,
        _lastSeconds,
        _waitedBefore;
    private long _firstStep,
        _lastStep,
        _totalSteps;

    /// <inheritdoc/>
    public void Start(IReadOnlyList<TrainedSet> sets, double matmulPeak, long step, long totalSteps)
    {
        WithBoard(() => _board = torch.utils.tensorboard.SummaryWriter(Path.Combine(runFolder, "tensorboard")));
        (_peak, _firstStep, _lastStep, _totalSteps) = (matmulPeak, step, step, totalSteps);
        foreach (var set in sets)
        {
            double parameters = set.Modules.SelectMany(m => m.parameters()).Sum(p => (double)p.numel());
            output.WriteLine(Invariant($"{stage}: {set.Name} has {parameters / 1e6:F2} M parameters"));
        }
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{stage}: step {step} of {totalSteps}, {torch.get_num_threads()} threads, matrix products reach "
                    + $"{matmulPeak / 1e9:F0} GFLOP/s"
            )
        );
        _watch.Restart();
    }

    /// <inheritdoc/>
    public void Step(long step, Figures figures, double audioSeconds, double flops, TimeSpan waited, long skipped)
    {
        double seconds = _watch.Elapsed.TotalSeconds,
            perStep = (seconds - _lastSeconds) / (step - _lastStep);
        double waiting = (waited.TotalSeconds - _waitedBefore) / (seconds - _lastSeconds);
        var left = TimeSpan.FromSeconds((_totalSteps - step) * perStep);
        var speed = new Figures
        {
            ["steps a second"] = 1 / perStep,
            ["audio seconds a second"] = audioSeconds / perStep,
            ["waiting share"] = waiting,
        };
        if (flops > 0)
            speed["share of peak"] = flops / perStep / _peak;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"step {step}/{_totalSteps}  {Join(figures)}  {Join(speed)}  left "
                    + $"{left:d\\.hh\\:mm\\:ss}{(skipped > 0 ? $"  skipped {skipped}" : "")}"
            )
        );
        output.Flush();
        Write("train", figures, step);
        Write("speed", speed, step);
        (_lastSeconds, _lastStep, _waitedBefore) = (seconds, step, waited.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Validation(long step, Figures figures)
    {
        output.WriteLine(Invariant($"step {step}/{_totalSteps}  validation: {Join(figures)}"));
        output.Flush();
        Write("validation", figures, step);
    }

    /// <inheritdoc/>
    public void End(long step, long totalSteps)
    {
        output.WriteLine(
            Invariant($"stopped at step {step} of {totalSteps} after {step - _firstStep} steps in {_watch.Elapsed.TotalMinutes:F1} minutes")
        );
        output.Flush();
    }

    private void Write(string group, Figures figures, long step)
    {
        if (_board is { } board)
            WithBoard(() =>
            {
                foreach (var (name, value) in figures)
                    board.add_scalar($"{group}/{name}", (float)value, (int)step);
            });
    }

    // a curve that cannot be drawn is not a reason to lose a training
    private void WithBoard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _board = null;
            output.WriteLine($"the log for TensorBoard in {runFolder} cannot be written ({e.Message}); the training goes on without it");
        }
    }

    private static string Join(Figures figures) => string.Join("  ", figures.Select(f => Invariant($"{f.Key} {Format(f.Value)}")));

    private static string Format(double value) =>
        value.ToString(Math.Abs(value) is >= 100 or < 0.01 and > 0 ? "G3" : "F3", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
