using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Melody.Cli.Shared;

/// <summary>The help of the tool and of its verbs: what System.CommandLine writes, arranged by <see cref="HelpLayout"/>.</summary>
/// <param name="everyday">The options of a command that come first.</param>
/// <param name="examples">Lines to try.</param>
internal sealed class VerbHelp(Func<Command, IReadOnlyList<string>> everyday, Func<Command, IReadOnlyList<string>> examples)
    : SynchronousCommandLineAction
{
    private readonly HelpAction _page = new();

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var page = new StringWriter();
        parseResult.InvocationConfiguration.Output = page;
        try
        {
            _page.Invoke(parseResult);
        }
        finally
        {
            parseResult.InvocationConfiguration.Output = output;
        }
        var command = parseResult.CommandResult.Command;
        output.Write(HelpLayout.Arrange(page.ToString(), everyday(command), examples(command)));
        return ExitCode.Success;
    }
}
