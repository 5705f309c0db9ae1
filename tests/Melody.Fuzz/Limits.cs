namespace Melody.Fuzz;

/// <summary>What one input may cost.</summary>
public sealed record Limits
{
    /// <summary>Longer is a hang.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that the process may grow by while it reads one input, native memory included.</summary>
    public long Memory { get; init; } = 600 << 20;

    /// <summary>Managed bytes that one input may ask for in all.</summary>
    public long Allocated { get; init; } = 512 << 20;
}
