using System.Collections.Concurrent;
using Spectre.Console;

namespace Melody.Cli.Shared;

/// <summary>One bar a stage, with the time left, removed when all is done.</summary>
internal sealed class BarProgress : IStageProgress
{
    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);
    private readonly ProgressContext _context;

    private BarProgress(ProgressContext context) => _context = context;

    /// <summary>Runs <paramref name="work"/> while the bars are shown on <paramref name="console"/>.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, Func<IStageProgress, Task<T>> work) =>
        console
            .Progress()
            .AutoClear(true)
            .HideCompleted(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(context => work(new BarProgress(context)));

    /// <inheritdoc/>
    public void Report(string stage, double fraction)
    {
        var bar = _bars.GetOrAdd(stage, name => _context.AddTask(TerminalText.Cell(name), maxValue: 1));
        bar.Value = Math.Clamp(fraction, 0, 1);
    }
}
