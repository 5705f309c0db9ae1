using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Melody.Cli.Shared;
using Melody.Studio;

namespace Melody.Cli.Verbs;

/// <summary><c>melody studio</c>: the server with its page, opened in the browser.</summary>
internal sealed class StudioVerb : ServerVerb
{
    private readonly Option<bool> _quiet = new("--no-browser") { Description = "Open no browser." };

    public StudioVerb()
        : base("studio", "Opens the studio in the browser: a page where you make music, hear it, and change what you like less.") =>
        Options.Add(_quiet);

    /// <inheritdoc/>
    protected override bool HasPage => true;

    /// <inheritdoc/>
    protected override void Started(ServerReport report, StudioOptions options, ParseResult arguments, CommandContext context)
    {
        context.WriteResult(report, console => console.Profile.Out.Writer.WriteLine($"The studio is at {report}; Ctrl-C ends it."));
        if (
            !arguments.GetValue(_quiet)
            && !Open(options.Keys is [var key, ..] ? $"{report.Address}?key={Uri.EscapeDataString(key)}" : report.Address)
        )
            context.Note("No browser could be opened; open the address yourself.");
    }

    private static bool Open(string address)
    {
        try
        {
            if (
                OperatingSystem.IsLinux()
                && Environment.GetEnvironmentVariable("DISPLAY") is null
                && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null
            )
                return false;
            using var browser = Process.Start(new ProcessStartInfo(address) { UseShellExecute = true });
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
