using System.Text;

namespace Melody.Cli.Shared;

/// <summary>
/// A stream of text to people: nothing in it can steer the terminal (<see cref="TerminalText"/>), and what the operating
/// system refuses, such as a full disk behind <c>&gt;</c>, is an error in one sentence.
/// </summary>
/// <param name="inner">Where the text goes.</param>
/// <param name="name">How the stream is called in the sentence; null passes over what cannot be written.</param>
internal sealed class SafeWriter(TextWriter inner, string? name) : TextWriter(inner.FormatProvider)
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(TerminalText.Lines(value.ToString())));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(TerminalText.Lines(value ?? "")));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (name is not null)
                throw new MelodyException($"Cannot write to {name}: {(e is IOException ? e.Message : "it is closed.")}", e);
        }
    }
}
