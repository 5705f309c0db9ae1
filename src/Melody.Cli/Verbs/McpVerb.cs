using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Studio;
using Melody.Studio.Engine;
using Melody.Studio.Songs;

namespace Melody.Cli.Verbs;

/// <summary><c>melody mcp</c>: the studio as tools for agents, on standard input and output.</summary>
internal sealed class McpVerb : Verb
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder of songs and jobs; by default the one in MELODY_DATA, then the user's data folder.",
        HelpName = "folder",
    };
    private readonly ModelArguments _model;

    public McpVerb()
        : base("mcp", "Serves the Model Context Protocol on standard input and output, so that agents can make music.")
    {
        Options.Add(_data);
        _model = new(this);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        _model.Check(arguments, context);
        using var loaded = await context
            .WithProgressAsync(progress => _model.LoadAsync(arguments, context, progress))
            .ConfigureAwait(false);
        var options = new StudioOptions { Data = arguments.GetValue(_data) ?? StudioFolder.Default };
        await StudioMcp.RunAsync(options, new MelodyEngine(loaded.Model), context.Cancellation).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
