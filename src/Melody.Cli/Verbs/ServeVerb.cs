using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Studio;

namespace Melody.Cli.Verbs;

/// <summary><c>melody serve</c>: the HTTP server without the page.</summary>
internal sealed class ServeVerb() : ServerVerb("serve", "Serves music over HTTP to programs and agents; the reference is at /docs.")
{
    /// <inheritdoc/>
    protected override bool HasPage => false;

    /// <inheritdoc/>
    protected override void Started(ServerReport report, StudioOptions options, ParseResult arguments, CommandContext context) =>
        context.WriteResult(report, console =>
            console.Profile.Out.Writer.WriteLine($"Melody listens on {report}, with its reference at {report.Address}docs; Ctrl-C ends it.")
        );
}

/// <summary>What the verbs of servers print once they listen.</summary>
/// <param name="Address">Where this machine can call them.</param>
/// <param name="OtherAddresses">Where other machines can, if they listen on all addresses.</param>
internal sealed record ServerReport(string Address, IReadOnlyList<string> OtherAddresses)
{
    /// <summary>All addresses, for a sentence.</summary>
    public override string ToString() => string.Join(" and ", OtherAddresses.Prepend(Address));
}
