namespace Melody;

/// <summary>
/// Something that the caller can mend: the message is one sentence that says what was wrong and what to do.
/// The command-line tool prints it as it is and exits with code 2.
/// </summary>
public sealed class MelodyException : Exception
{
    private const int LongestMessage = 1000;

    /// <summary>Creates the exception without a message.</summary>
    public MelodyException() { }

    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public MelodyException(string message)
        : base(Sentence(message)) { }

    /// <summary>Creates the exception with the sentence that the user reads and what caused it.</summary>
    public MelodyException(string message, Exception? innerException)
        : base(Sentence(message), innerException) { }

    // what was wrong may quote a file without line breaks
    private static string Sentence(string message)
    {
        var line = message?.ReplaceLineEndings(" ") ?? "";
        return line.Length <= LongestMessage ? line : line[..LongestMessage].TrimEnd() + "…";
    }
}
