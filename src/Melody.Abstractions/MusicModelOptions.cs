namespace Melody;

/// <summary>How a model is loaded.</summary>
public sealed record MusicModelOptions
{
    /// <summary>Where the networks run.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Auto;

    /// <summary>Whether weights may be random numbers: the result is noise, for tests and benchmarks.</summary>
    public bool AllowUntrained { get; init; }

    /// <summary>
    /// Threads that the CPU's part of the work uses, for the whole process; null leaves the choice to libtorch (all cores).
    /// </summary>
    public int? Threads { get; init; }
}
