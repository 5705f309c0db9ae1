using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Melody.Cli.Shared;
using Melody.Cli.Verbs;

namespace Melody.Cli;

/// <summary>The tool <c>melody</c>: its verbs, and the way from an exception to a sentence and an exit code.</summary>
internal sealed class MelodyTool
{
    private readonly Terminal _terminal;
    private readonly RootCommand _root;

    public MelodyTool(Terminal terminal)
    {
        _terminal = terminal;
        _root = new RootCommand("Makes music from a sentence, or from other music.") { HelpName = "melody" };
        foreach (var option in GlobalOptions.All)
            _root.Options.Add(option);
        Verb[] verbs =
        [
            new GenerateVerb(),
            new PlayVerb(),
            new LikeVerb(),
            new ContinueVerb(),
            new InpaintVerb(),
            new LoopVerb(),
            new EncodeVerb(),
            new DecodeVerb(),
            new FinetuneVerb(),
            new TrainVerb(),
            new CorpusVerb(),
            new EvaluateVerb(),
            new BenchVerb(),
            new StudioVerb(),
            new ServeVerb(),
            new WorkerVerb(),
            new McpVerb(),
            new InfoVerb(),
            new DoctorVerb(),
            new CompletionVerb(),
        ];
        foreach (var verb in verbs)
        {
            Connect(verb);
            _root.Subcommands.Add(verb);
        }
        var help = new VerbHelp(VerbExamples.EverydayOf, VerbExamples.Of);
        foreach (var option in _root.Options.OfType<HelpOption>())
            option.Action = help;
        _root.SetAction(arguments => help.Invoke(arguments));
    }

    private void Connect(Verb verb)
    {
        verb.SetAction(
            async (arguments, cancellation) =>
            {
                using var context = new CommandContext(arguments, _terminal, cancellation);
                return await verb.RunAsync(arguments, context).ConfigureAwait(false);
            }
        );
        foreach (var part in verb.Subcommands.OfType<Verb>())
            Connect(part);
    }

    /// <summary>Reads a command line. A prompt may begin with '@': nothing is read from response files.</summary>
    public ParseResult Parse(IReadOnlyList<string> args) => _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation = default)
    {
        try
        {
            var arguments = Parse(args);
            if (arguments.Action is ParseErrorAction)
                return Fail(ParseSentence(arguments), ExitCode.UserError);
            var configuration = new InvocationConfiguration
            {
                Output = _terminal.Output,
                Error = _terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // Interruption waits for the step to end
            };
            return await arguments.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Fail("Interrupted.", ExitCode.Interrupted);
        }
        catch (MelodyException e)
        {
            return Fail(TerminalText.Line(e.Message), ExitCode.UserError);
        }
        catch (ExternalException e) when (IsOutOfMemory(e))
        {
            return Fail(OutOfMemorySentence, ExitCode.UserError);
        }
        catch (OutOfMemoryException)
        {
            return Fail(OutOfMemorySentence, ExitCode.UserError);
        }
#pragma warning disable CA1031 // the last resort: whatever it is, the caller gets an exit code
        catch (Exception e)
        {
            return Fail($"Something went wrong that should not have; please report it.{Environment.NewLine}{e}", ExitCode.Unexpected);
        }
#pragma warning restore CA1031
    }

    private const string OutOfMemorySentence =
        "There is not enough memory for this; ask for fewer seconds or fewer pieces at once, or close other programs.";

    private static bool IsOutOfMemory(ExternalException e) =>
        e.Message.Contains("not enough memory", StringComparison.Ordinal) || e.Message.Contains("out of memory", StringComparison.Ordinal);

    private static string ParseSentence(ParseResult arguments)
    {
        var names = new List<string>();
        for (
            var command = arguments.CommandResult;
            command?.Parent is not null;
            command = command.Parent as System.CommandLine.Parsing.CommandResult
        )
            names.Insert(0, command.Command.Name);
        var help = string.Join(' ', names.Prepend("melody").Append("--help"));
        var message = arguments.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        var meant = DidYouMean.Suggest(message, arguments.CommandResult) is { } name ? $"; did you mean '{name}'?" : "";
        return $"{message}{meant} (see '{help}').";
    }

    private int Fail(string sentence, int code)
    {
        _terminal.Error.WriteLine(sentence);
        return code;
    }
}
