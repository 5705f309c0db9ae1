namespace Melody.Cli.Shared;

/// <summary>What the process says to its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>A fault of the program or the machine.</summary>
    public const int Unexpected = 1;

    /// <summary>Something that the user can mend; the sentence on standard error says what.</summary>
    public const int UserError = 2;

    /// <summary>Ended by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM (128 + 15), or by SIGHUP.</summary>
    public const int Terminated = 143;
}
