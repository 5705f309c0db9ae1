using System.CommandLine;
using Spectre.Console;

namespace Melody.Cli.Shared;

/// <summary>What a verb works with: the global options, the terminal and the cancellation.</summary>
internal sealed class CommandContext(ParseResult arguments, Terminal terminal, CancellationToken cancellation) : IDisposable
{
    /// <summary>The sound files that the command reads.</summary>
    public SoundSources Sources { get; } = new(terminal.OpenBinaryInput);

    /// <summary>Whether the result goes out as JSON.</summary>
    public bool Json { get; } = arguments.GetValue(GlobalOptions.Json);

    /// <summary>Whether notes and progress are unwanted.</summary>
    public bool Quiet { get; } = arguments.GetValue(GlobalOptions.Quiet);

    /// <summary>Where the networks run.</summary>
    public ComputeDevice Device { get; } = arguments.GetValue(GlobalOptions.Device);

    /// <summary>Threads of the CPU; null for all cores.</summary>
    public int? Threads { get; } = arguments.GetValue(GlobalOptions.Threads);

    /// <summary>The model folder that was named; null for the default.</summary>
    public string? Model { get; } = arguments.GetValue(GlobalOptions.NamedModel) ?? arguments.GetValue(GlobalOptions.Model);

    /// <summary>Cancelled by Ctrl-C or SIGTERM.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Prints the result: as JSON, or as <paramref name="write"/> tells it to people.</summary>
    public void WriteResult<T>(T result, Action<IAnsiConsole> write)
        where T : notnull
    {
        if (Json)
            terminal.Output.WriteLine(JsonOutput.Serialize(result));
        else
            write(terminal.OutputConsole());
    }

    /// <summary>Standard output for bytes; dispose it.</summary>
    public Stream OpenBinaryOutput() => terminal.OpenBinaryOutput();

    /// <summary>A remark on standard error, unless <see cref="Quiet"/>.</summary>
    public void Note(string sentence)
    {
        if (!Quiet)
            terminal.Error.WriteLine(sentence);
    }

    /// <summary>The sentence of a failure on standard error, for a command that returns its own exit code.</summary>
    public void Fail(string sentence) => terminal.Error.WriteLine(TerminalText.Line(sentence));

    /// <summary>Where a long run reports line by line: standard error, or nowhere when <see cref="Quiet"/>.</summary>
    public TextWriter Report => Quiet ? TextWriter.Null : terminal.Error;

    /// <inheritdoc/>
    public void Dispose() => Sources.Dispose();

    /// <summary>Runs <paramref name="work"/> under bars with the time left, where somebody watches.</summary>
    public Task<T> WithProgressAsync<T>(Func<IStageProgress, Task<T>> work) =>
        Quiet || !terminal.Interactive ? work(SilentProgress.Instance) : BarProgress.RunAsync(terminal.ErrorConsole(), work);
}
