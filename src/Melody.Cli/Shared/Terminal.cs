using Spectre.Console;

namespace Melody.Cli.Shared;

/// <summary>Where results (<paramref name="Output"/>) and everything else (<paramref name="Error"/>) go.</summary>
/// <param name="Output">Results only: text, or JSON with <c>--json</c>.</param>
/// <param name="Error">Progress, notes and errors.</param>
/// <param name="Interactive">Whether somebody watches <paramref name="Error"/>, so that bars may move.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool Interactive)
{
    private readonly TextWriter _error = Error;

    /// <summary>Where results go; nothing in them steers the terminal.</summary>
    public TextWriter Output { get; } = new SafeWriter(Output, "standard output");

    /// <summary>Where everything else goes; nothing in it steers the terminal.</summary>
    public TextWriter Error { get; } = new SafeWriter(Error, null);

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() =>
        new(
            StandardStreams.OpenText(() => Console.Out),
            StandardStreams.OpenText(() => Console.Error),
            Interactive: !Console.IsErrorRedirected
        );

    /// <summary>Opens the output for bytes, such as sound.</summary>
    public Func<Stream> OpenBinaryOutput { get; init; } = StandardStreams.OpenOutput;

    /// <summary>Opens the input for bytes.</summary>
    public Func<Stream> OpenBinaryInput { get; init; } = StandardStreams.OpenInput;

    /// <summary>A console of Spectre on standard error, which moves the cursor where somebody watches.</summary>
    public IAnsiConsole ErrorConsole() =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(Interactive ? _error : Error),
                Interactive = Interactive ? InteractionSupport.Yes : InteractionSupport.No,
                Ansi = Interactive ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = Interactive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            }
        );

    /// <summary>A console of Spectre on <see cref="Output"/>, without colours or cursor movements.</summary>
    public IAnsiConsole OutputConsole()
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(Output),
                Interactive = InteractionSupport.No,
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = Math.Max(console.Profile.Width, 120);
        return console;
    }
}
