using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary>
/// One verb of the tool: its options and arguments are added in the constructor, its work is <see cref="RunAsync"/>.
/// Errors are thrown; <see cref="MelodyTool"/> turns them into sentences and exit codes.
/// </summary>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Does the work.</summary>
    /// <returns>An exit code, <see cref="ExitCode.Success"/> as a rule.</returns>
    public abstract Task<int> RunAsync(ParseResult arguments, CommandContext context);
}
