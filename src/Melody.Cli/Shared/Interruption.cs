using System.Runtime.InteropServices;

namespace Melody.Cli.Shared;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP (the terminal is gone) become a cancellation, so that the work ends after its current step and cleans up
/// behind
/// itself. A second one ends the process at once. What was started with nohup does not hear SIGHUP.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    public Interruption() =>
        _registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            .. IsHangUpIgnored() ? Array.Empty<PosixSignalRegistration>() : [PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle)],
        ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code that tells of the signal; null when none came.</summary>
    public int? ExitCode => _exitCode == 0 ? null : _exitCode;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    // Linux tells the ignored signals as a mask whose lowest bit is signal 1, SIGHUP; a handler would undo what nohup asked for
    private static bool IsHangUpIgnored()
    {
        const string field = "SigIgn:";
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
            return line is not null && (Convert.ToUInt64(line[field.Length..].Trim(), 16) & 1) == 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }

    private void Handle(PosixSignalContext context)
    {
        int code = context.Signal == PosixSignal.SIGINT ? Shared.ExitCode.Interrupted : Shared.ExitCode.Terminated;
        if (Interlocked.CompareExchange(ref _exitCode, code, 0) != 0)
            return; // the second signal takes its usual course
        context.Cancel = true;
        _source.Cancel();
    }
}
