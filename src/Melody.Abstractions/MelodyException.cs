namespace Melody;

/// <summary>
/// Something that the caller can mend: the message is one sentence that says what was wrong and what to do.
/// The command-line tool prints it as it is and exits with code 2.
/// </summary>
public sealed class MelodyException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public MelodyException() { }

    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public MelodyException(string message)
        : base(message) { }

    /// <summary>Creates the exception with the sentence that the user reads and what caused it.</summary>
    public MelodyException(string message, Exception? innerException)
        : base(message, innerException) { }
}
