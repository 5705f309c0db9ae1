namespace GameLoop;

/// <summary>What the player presses, and keys that press themselves at set times.</summary>
/// <param name="automatic">Seconds and keys, in the order of time.</param>
internal sealed class Keys(IEnumerable<(double Seconds, char Key)> automatic)
{
    private readonly Queue<(double Seconds, char Key)> _automatic = new(automatic);

    /// <summary>The key that was pressed since the last frame; <c>'\0'</c> for none.</summary>
    public char Pressed(TimeSpan now)
    {
        if (_automatic.TryPeek(out var next) && next.Seconds <= now.TotalSeconds)
            return _automatic.Dequeue().Key;
        return !Console.IsInputRedirected && Console.KeyAvailable ? char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar) : '\0';
    }
}
